import type { Pair } from './pair.ts';
import { KEPT } from './scratch.ts';

/** The pixels of one kind of error: which, how many, and the box that holds them. */
export interface ErrorRegion {
  /** Positions in the image, ascending; only the first `area` of them count. */
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
  /** The last row that a pixel was found in, counted through all slices. */
  row: number;
}

const LEAST = 1 << 12;

/** Reused by every call: a drag asks for errors on every mouse move. */
const found = { missed: blank(), spilled: blank() };

function blank(): ErrorRegion {
  return { pixels: new Int32Array(0), area: 0, z0: 0, z1: 0, y0: 0, y1: 0, x0: 0, x1: 0, row: -1 };
}

/**
 * The missed (gt without pred) and the spilled (pred without gt) pixels, in one pass. The result is
 * overwritten by the next call. Errors are few: whoever goes on with their list never reads an image again.
 */
export function findErrors(pair: Pair): { missed: ErrorRegion; spilled: ErrorRegion } {
  const { gt, pred, size } = pair;
  const [depth, height, width] = size;
  const { missed, spilled } = found;
  start(missed, size);
  start(spilled, size);
  const n = depth * height * width;
  // Most pixels agree, and four bytes that are equal agree.
  const limit = n >> 2;
  const words = new Int32Array(gt.buffer, gt.byteOffset, limit);
  const others = new Int32Array(pred.buffer, pred.byteOffset, limit);
  let begin = 0;
  let end = 0;
  let row = 0;
  for (let i = 0; i < n; ) {
    i = skipEqual(words, others, i >> 2, limit) << 2;
    for (const stop = Math.min(i + 4, n); i < stop; i++) {
      const inside = gt[i] !== 0;
      if (inside === (pred[i] !== 0)) continue;
      if (i >= end) {
        row = Math.floor(i / width);
        begin = row * width;
        end = begin + width;
      }
      note(inside ? missed : spilled, i, i - begin, row, height);
    }
  }
  return found;
}

/** The next word that differs, from `w` on, or `limit`; four at a time, which halves the time of a slice. */
function skipEqual(a: Int32Array, b: Int32Array, w: number, limit: number): number {
  for (const last = limit - 3; w < last; w += 4) {
    const differ = (a[w] ^ b[w]) | (a[w + 1] ^ b[w + 1]) | (a[w + 2] ^ b[w + 2]) | (a[w + 3] ^ b[w + 3]);
    if (differ !== 0) break;
  }
  while (w < limit && a[w] === b[w]) w++;
  return w;
}

function start(r: ErrorRegion, [depth, height, width]: readonly number[]): void {
  if (r.pixels.length > KEPT) r.pixels = new Int32Array(LEAST);
  r.area = 0;
  r.z0 = depth;
  r.y0 = height;
  r.x0 = width;
  r.z1 = r.y1 = r.x1 = 0;
  r.row = -1;
}

function note(r: ErrorRegion, i: number, x: number, row: number, height: number): void {
  if (r.area === r.pixels.length) {
    const more = new Int32Array(Math.max(LEAST, 2 * r.area));
    more.set(r.pixels);
    r.pixels = more;
  }
  r.pixels[r.area++] = i;
  if (x < r.x0) r.x0 = x;
  if (x >= r.x1) r.x1 = x + 1;
  if (row === r.row) return;
  r.row = row;
  const z = Math.floor(row / height);
  const y = row - z * height;
  if (z < r.z0) r.z0 = z;
  r.z1 = z + 1;
  if (y < r.y0) r.y0 = y;
  if (y >= r.y1) r.y1 = y + 1;
}
