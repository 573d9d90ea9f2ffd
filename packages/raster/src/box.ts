import { type MaskBytes, maskBytes } from './bytes.ts';
import { checkOptions } from './check-options.ts';
import { ClicksegError } from './errors.ts';
import { checkRaster, denseStride, describe, type NumericArray, type Raster } from './raster.ts';
import { firstByte, lastByte } from './words.ts';

/** An axis-aligned box of pixels, in the array's own axis order. */
export interface Box {
  /** First pixel of the box along each axis. */
  readonly start: readonly number[];
  /** Number of pixels along each axis, at least 1. */
  readonly shape: readonly number[];
}

export interface BoundingBoxOptions {
  /**
   * Pixels by which the box grows on every side, kept inside the array; whole number, default 0.
   * With 1, the distance fields of the crop equal those of the whole array at every pixel of the mask.
   */
  readonly margin?: number;
}

export const BOUNDING_BOX_DEFAULTS = { margin: 0 } as const;

/**
 * The smallest box that holds every non-zero pixel, or `undefined` for an empty mask.
 *
 * @param mask - `[h, w]` or `[d, h, w]`, any typed array, non-zero = inside
 * @throws ClicksegError `invalid-array`, `invalid-shape` or `invalid-option`
 */
export function boundingBox(mask: Raster, options: BoundingBoxOptions = {}): Box | undefined {
  const { margin = BOUNDING_BOX_DEFAULTS.margin } = checkOptions(options, 'boundingBox');
  checkRaster(mask, 'boundingBox: mask');
  if (!Number.isSafeInteger(margin) || margin < 0) {
    throw new ClicksegError(
      'invalid-option',
      `boundingBox: margin ${describe(margin)} is not a whole number >= 0`,
    );
  }
  const found = byteBox(maskBytes(mask));
  if (found === undefined) return undefined;
  // A shape may be a typed array, which maps to numbers alone.
  const axes = Array.from(mask.shape, (n, i) => ({
    n,
    lo: found[3 - mask.shape.length + i],
    hi: found[6 - mask.shape.length + i],
  }));
  const start = axes.map(({ lo }) => Math.max(0, lo - margin));
  return { start, shape: axes.map(({ n, hi }, i) => Math.min(n, hi + margin) - start[i]) };
}

/**
 * The part of an array inside a box, as a view that shares its memory.
 *
 * @throws ClicksegError `invalid-array`, `invalid-shape`, or `invalid-option` for a box that leaves the array
 */
export function crop<T extends NumericArray>(view: Raster<T>, box: Box): Raster<T> {
  checkRaster(view, 'crop: view');
  const { data, shape, stride = denseStride(shape), offset = 0 } = view;
  const fits =
    box?.start?.length === shape.length &&
    box.shape?.length === shape.length &&
    shape.every((n, i) => {
      const [from, size] = [box.start[i], box.shape[i]];
      return Number.isInteger(from) && Number.isInteger(size) && from >= 0 && size >= 1 && from + size <= n;
    });
  if (!fits) {
    throw new ClicksegError(
      'invalid-option',
      `crop: box at ${describe(box?.start)} of ${describe(box?.shape)} leaves [${shape}]`,
    );
  }
  const at = box.start.reduce((sum, from, i) => sum + from * stride[i], offset);
  return { data, shape: [...box.shape], stride: [...stride], offset: at };
}

/** `[z0, y0, x0, z1, y1, x1]` of the non-zero bytes, ends exclusive. */
export function byteBox(mask: MaskBytes): number[] | undefined {
  const { data, at, shape, stride } = mask;
  const [depth, height, width] = shape;
  const step = stride[2];
  const shift = data.byteOffset & 3;
  const words = new Int32Array(data.buffer, data.byteOffset - shift, (data.length + shift) >>> 2);
  // Beyond this, word indices times four leave 32 bits.
  const packed = step === 1 && data.length < 2 ** 30;
  let [z0, y0, x0, z1, y1, x1] = [depth, height, width, 0, 0, 0];
  if (packed && depth === 1 && stride[1] === width) {
    // Rows of a dense slice are found at once; what remains is to widen the box.
    const end = at + height * width;
    const first = firstByte(data, words, shift, at, end);
    if (first === end) return undefined;
    [z0, z1] = [0, 1];
    y0 = Math.floor((first - at) / width);
    y1 = Math.floor((lastByte(data, words, shift, at, end) - at) / width) + 1;
  }
  const known = y1 > y0;
  const [top, bottom] = known ? [y0, y1] : [0, height];
  for (let z = 0; z < depth; z++) {
    for (let y = top; y < bottom; y++) {
      const row = at + z * stride[0] + y * stride[1];
      let first: number;
      let last: number;
      // Only pixels that could widen the box are read, and the middle only until the row counts.
      if (packed) {
        first = firstByte(data, words, shift, row, row + x0) - row;
        last = lastByte(data, words, shift, row + x1, row + width) - row;
      } else {
        first = firstIn(data, row, step, 0, x0);
        last = lastIn(data, row, step, x1, width);
      }
      const widens = first < x0 || last >= x1;
      if (!widens && !known && isBlank(mask, row, x0, x1)) continue;
      if (first < x0) x0 = first;
      if (last >= x1) x1 = last + 1;
      if (known) continue;
      if (z < z0) z0 = z;
      z1 = z + 1;
      if (y < y0) y0 = y;
      if (y >= y1) y1 = y + 1;
    }
  }
  return x1 === 0 ? undefined : [z0, y0, x0, z1, y1, x1];
}

function isBlank(mask: MaskBytes, row: number, from: number, to: number): boolean {
  return firstIn(mask.data, row, mask.stride[2], from, to) >= to;
}

function firstIn(data: Uint8Array, row: number, step: number, from: number, to: number): number {
  let x = from;
  for (let i = row + from * step; x < to && data[i] === 0; x++) i += step;
  return x;
}

function lastIn(data: Uint8Array, row: number, step: number, from: number, to: number): number {
  let x = to - 1;
  for (let i = row + x * step; x >= from && data[i] === 0; x--) i -= step;
  return x;
}
