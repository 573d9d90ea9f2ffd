/** A seeded generator of numbers in [0, 1): mulberry32, whole-number arithmetic only, so equal on every engine. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Nearly normal, mean 0 and deviation 1: a sum of twelve uniform numbers, because Math.log and Math.cos differ between engines. */
export function nearlyNormal(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}

/** Smooth noise in [-1, 1] over space: random values on the whole-numbered lattice, blended by smoothstep. */
export function latticeNoise(seed: number): (x: number, y: number, z: number) => number {
  const corner = (x: number, y: number, z: number) => {
    let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x9e3779b1) ^ seed;
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
  };
  const smooth = (t: number) => t * t * (3 - 2 * t);
  const mix = (a: number, b: number, t: number) => a + (b - a) * t;
  return (x, y, z) => {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const z0 = Math.floor(z);
    const u = smooth(x - x0);
    const v = smooth(y - y0);
    const row = (yy: number, zz: number) => mix(corner(x0, yy, zz), corner(x0 + 1, yy, zz), u);
    const near = mix(row(y0, z0), row(y0 + 1, z0), v);
    const far = mix(row(y0, z0 + 1), row(y0 + 1, z0 + 1), v);
    return mix(near, far, smooth(z - z0));
  };
}
