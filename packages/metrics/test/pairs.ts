import type { Raster } from '@clickseg/raster';

/** A seeded random number generator for tests (xorshift32). */
export function seeded(seed: number): () => number {
  let s = seed * 2654435761 || 1;
  return () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return (s >>> 0) / 2 ** 32;
  };
}

/** A mask of scattered pixels and a block, so that it has holes, islands and straight edges. */
export function randomMask(shape: number[], random: () => number, share = 0.15): Raster<Uint8Array> {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Uint8Array(size);
  const width = shape[shape.length - 1];
  const from = Math.floor(random() * width);
  for (let i = 0; i < size; i++) {
    const block = i % width >= from && i % width < from + 3 && i > size / 3 && i < size / 1.5;
    data[i] = random() < share || block ? 1 : 0;
  }
  return { data, shape };
}

/** A mask with the given pixels, `[y, x]` or `[z, y, x]`. */
export function maskOf(shape: number[], pixels: number[][]): Raster<Uint8Array> {
  const data = new Uint8Array(shape.reduce((a, b) => a * b, 1));
  for (const p of pixels) data[p.reduce((at, v, a) => at * shape[a] + v, 0)] = 1;
  return { data, shape };
}

/** Coordinates, in array order, of the pixels that fulfil a test. */
export function pixelsOf(mask: Raster, test: (p: number[]) => boolean = () => true): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue;
    const p: number[] = [];
    for (let a = mask.shape.length - 1, rest = i; a >= 0; a--) {
      p.unshift(rest % mask.shape[a]);
      rest = Math.floor(rest / mask.shape[a]);
    }
    if (test(p)) found.push(p);
  }
  return found;
}

const inside = (mask: Raster, p: number[]) =>
  p.every((v, a) => v >= 0 && v < mask.shape[a]) &&
  mask.data[p.reduce((at, v, a) => at * mask.shape[a] + v, 0)] !== 0;

/** Border pixels by the definition: a neighbour within the connectivity is outside or off the image. */
export function bruteBorder(mask: Raster, connectivity = 1): number[][] {
  const dims = mask.shape.length;
  const steps: number[][] = [];
  for (let i = 0; i < 3 ** dims; i++) {
    const step = Array.from({ length: dims }, (_, a) => (Math.floor(i / 3 ** a) % 3) - 1);
    const far = step.reduce((sum, v) => sum + Math.abs(v), 0);
    if (far > 0 && far <= connectivity) steps.push(step);
  }
  return pixelsOf(mask, (p) =>
    steps.some(
      (s) =>
        !inside(
          mask,
          p.map((v, a) => v + s[a]),
        ),
    ),
  );
}

/** Nearest distance of every point to a list of points, trying all. */
export function bruteDistances(from: number[][], to: number[][], spacing: number[]): number[] {
  return from.map((p) =>
    to.reduce((best, q) => Math.min(best, Math.hypot(...p.map((v, a) => (v - q[a]) * spacing[a]))), Infinity),
  );
}
