import {
  arrayKind,
  ClicksegError,
  checkRaster,
  checkSameShape,
  denseStride,
  describe,
  emptyLike,
  isDense,
  type Raster,
  sizeOf,
} from '@clickseg/raster';
import { refused } from './options.ts';
import { bytes, type Role } from './scratch.ts';

/**
 * Pixels that count neither as missed nor as spilled: a mask (non-zero = ignored), or a value of `gt`
 * such as 255, which its array must be able to hold: no -1 where `gt` is a Uint8Array.
 */
export type Ignore = Raster | number;

/** Reference and prediction as dense bytes, one for each pixel, non-zero = inside; what is ignored is zero in both. */
export interface Pair {
  readonly gt: Uint8Array;
  readonly pred: Uint8Array;
  /** `[depth, height, width]`; depth 1 for a slice. */
  readonly size: readonly [number, number, number];
  /** The shape as it was given. */
  readonly shape: readonly number[];
}

/**
 * Checks the masks and reads them as dense bytes. One-byte dense masks are not copied.
 *
 * @throws ClicksegError `not-finite` for a NaN
 * @param pred - `undefined` stands for the empty prediction before the first click
 */
export function readPair(
  gt: Raster,
  pred: Raster | undefined,
  ignore: Ignore | undefined,
  what: string,
): Pair {
  checkRaster(gt, `${what}: gt`);
  if (pred !== undefined) {
    checkRaster(pred, `${what}: pred`);
    checkSameShape(gt, pred, what);
  }
  if (ignore !== undefined) checkIgnore(gt, ignore, what);
  const { shape } = gt;
  const size = (shape.length === 3 ? [...shape] : [1, ...shape]) as [number, number, number];
  const n = sizeOf(shape);
  let g = bytesOf(gt, 'gt', what);
  let p = pred === undefined ? zeros(n) : bytesOf(pred, 'pred', what);
  if (ignore !== undefined) {
    const skip =
      typeof ignore === 'number' ? read(gt, 'ignore', what, ignore) : bytesOf(ignore, 'ignore', what);
    g = without(g, skip, bytes.keptGt(n));
    p = without(p, skip, bytes.keptPred(n));
  }
  return { gt: g, pred: p, size, shape };
}

function checkIgnore(gt: Raster, ignore: Ignore, what: string): void {
  if (typeof ignore !== 'number') {
    checkRaster(ignore, `${what}: ignore`);
    checkSameShape(gt, ignore, `${what}: ignore`);
  } else if (!Number.isFinite(ignore) || ignore === 0) {
    throw refused(`${what}: ignore ${describe(ignore)} is not finite, or 0`);
  } else {
    // -1 among bytes is 255, 0.1 in single precision another number: no pixel would be ignored, without a word.
    const held = emptyLike(gt.data, 1).fill(ignore)[0];
    if (held !== ignore) throw refused(`${what}: ignore ${ignore} fits no ${arrayKind(gt.data)}`);
  }
}

// Grows, is never written: the prediction before the first click.
let none = new Uint8Array(0);
function zeros(n: number): Uint8Array {
  if (n > none.length) none = new Uint8Array(n);
  return n === none.length ? none : none.subarray(0, n);
}

function bytesOf(mask: Raster, role: Role, what: string): Uint8Array {
  const { data, offset = 0 } = mask;
  if (data.BYTES_PER_ELEMENT > 1 || !isDense(mask)) return read(mask, role, what);
  const n = sizeOf(mask.shape);
  if (data instanceof Uint8Array && data.length === n) return data;
  return new Uint8Array(data.buffer, data.byteOffset + offset, n);
}

/** Any layout as dense 0/1: the pixels of one value, or all that are not zero. */
function read(view: Raster, role: Role, what: string, value?: number): Uint8Array {
  const { data, shape, offset = 0, stride = denseStride(shape) } = view;
  const out = bytes[role](sizeOf(shape));
  const lead = shape.length - 2;
  const [height, width] = [shape[lead], shape[lead + 1]];
  for (let row = 0, to = 0; to < out.length; row++) {
    const z = Math.floor(row / height);
    let at = offset + (lead && z * stride[0]) + (row - z * height) * stride[lead];
    for (const end = to + width; to < end; to++, at += stride[lead + 1]) {
      const v = data[at];
      // Neither inside nor outside: taking it for either would simulate clicks on a broken prediction.
      if (Number.isNaN(v)) throw new ClicksegError('not-finite', `${what}: ${role} is NaN at element ${at}`);
      out[to] = (value === undefined ? v !== 0 : v === value) ? 1 : 0;
    }
  }
  return out;
}

function without(mask: Uint8Array, skip: Uint8Array, out: Uint8Array): Uint8Array {
  for (let i = 0; i < out.length; i++) out[i] = skip[i] !== 0 ? 0 : mask[i];
  return out;
}
