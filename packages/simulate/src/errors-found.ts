import { differingPixels } from '@clickseg/raster';
import type { Pair } from './pair.ts';
import { pixelMemory } from './scratch.ts';

/** The pixels of one kind of error: which, how many, and the box that holds them. */
export interface ErrorRegion {
  /** Positions in the image, ascending; only the first `area` of them count. In working memory. */
  pixels: Int32Array;
  /** Number of pixels. */
  area: number;
  /** First and last-plus-one pixel along depth, height and width; meaningless where `area` is 0. */
  z0: number;
  z1: number;
  y0: number;
  y1: number;
  x0: number;
  x1: number;
}

const blank = (): ErrorRegion => ({
  pixels: new Int32Array(0),
  area: 0,
  ...{ z0: 0, z1: 0, y0: 0, y1: 0, x0: 0, x1: 0 },
});

/** Reused by every call: a drag asks for errors on every mouse move. */
const found = { missed: blank(), spilled: blank() };

/**
 * The missed (gt without pred) and the spilled (pred without gt) pixels. The result is overwritten by the
 * next call. Errors are few: whoever goes on with their list never reads an image again.
 */
export function findErrors(pair: Pair): { missed: ErrorRegion; spilled: ErrorRegion } {
  const list = differingPixels(pair.gt, pair.pred);
  const n = list.length;
  const missed = pixelMemory.missed(n);
  const spilled = pixelMemory.spilled(n);
  let [m, s] = [0, 0];
  for (let k = 0; k < n; k++) {
    const v = list[k];
    if (v >= 0) missed[m++] = v;
    else spilled[s++] = ~v;
  }
  measure(found.missed, missed, m, pair.size);
  measure(found.spilled, spilled, s, pair.size);
  return found;
}

/** The region of pixels that are known already; memory of its own. */
export function regionOf(pixels: Int32Array, size: readonly number[]): ErrorRegion {
  const r = blank();
  measure(r, pixels, pixels.length, size);
  return r;
}

function measure(r: ErrorRegion, pixels: Int32Array, area: number, size: readonly number[]): void {
  const [depth, height, width] = size;
  let [z0, z1, y0, y1, x0, x1] = [depth, 0, height, 0, width, 0];
  for (let k = 0, begin = 0, end = 0; k < area; k++) {
    const i = pixels[k];
    if (i >= end) {
      // Divisions a row, not a pixel.
      const row = Math.floor(i / width);
      const z = Math.floor(row / height);
      const y = row - z * height;
      begin = row * width;
      end = begin + width;
      if (z < z0) z0 = z;
      z1 = z + 1;
      if (y < y0) y0 = y;
      if (y >= y1) y1 = y + 1;
    }
    const x = i - begin;
    if (x < x0) x0 = x;
    if (x >= x1) x1 = x + 1;
  }
  Object.assign(r, { pixels, area, z0, z1, y0, y1, x0, x1 });
}
