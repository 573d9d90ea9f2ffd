/**
 * Blurs slices with the binomial kernel 1 4 6 4 1 along x and y, in place: what a detector and a
 * reconstruction do to an edge (partial volume). Deviation one pixel; borders repeat.
 */
export function blurSlices(data: Float32Array, [depth, height, width]: readonly number[], times = 1): void {
  const line = new Float32Array(Math.max(height, width) + 4);
  const pass = (start: number, step: number, count: number) => {
    for (let i = -2; i < count + 2; i++) {
      line[i + 2] = data[start + Math.max(0, Math.min(count - 1, i)) * step];
    }
    for (let i = 0; i < count; i++) {
      const sum = line[i] + line[i + 4] + 4 * (line[i + 1] + line[i + 3]) + 6 * line[i + 2];
      data[start + i * step] = sum / 16;
    }
  };
  for (let round = 0; round < times; round++) {
    for (let z = 0; z < depth; z++) {
      const slice = z * height * width;
      for (let y = 0; y < height; y++) pass(slice + y * width, 1, width);
      for (let x = 0; x < width; x++) pass(slice + x, width, height);
    }
  }
}
