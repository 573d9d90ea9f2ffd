const [h, w] = [512, 512];
/** What the benches segment, 512 x 512: air, a body with structures in it, and noise, from a formula. */
export const image = {
  data: Int16Array.from({ length: h * w }, (_, i) => {
    const [x, y] = [(i % w) - 256, Math.floor(i / w) - 256];
    const noise = ((i * 7919) % 41) - 20;
    if (Math.hypot(x / 1.2, y) > 190) return -1000 + noise;
    return (Math.hypot(x + 60, y) < 55 ? 110 : Math.hypot(x - 70, y + 20) < 30 ? 160 : 30) + noise;
  }),
  shape: [h, w],
};
