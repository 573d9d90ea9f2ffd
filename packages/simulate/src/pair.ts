import {
  checkRaster,
  checkSameShape,
  denseStride,
  describe,
  isDense,
  type Raster,
  sizeOf,
} from '@clickseg/raster';
import { refused } from './options.ts';
import { bytes, type Role } from './scratch.ts';

/**
 * Pixels that count neither as missed nor as spilled: a mask (non-zero = ignored), or a value of `gt`
 * such as 255.
 */
export type Ignore = Raster | number;

/** Reference and prediction as dense bytes, non-zero = inside; what is ignored is zero in both. */
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
  let g = bytesOf(gt, 'gt');
  let p = pred === undefined ? zeros(n) : bytesOf(pred, 'pred');
  if (ignore !== undefined) {
    const skip = typeof ignore === 'number' ? valueBytes(gt, ignore) : bytesOf(ignore, 'ignore');
    g = without(g, skip, n, bytes.keptGt(n));
    p = without(p, skip, n, bytes.keptPred(n));
  }
  return { gt: g, pred: p, size, shape };
}

function checkIgnore(gt: Raster, ignore: Ignore, what: string): void {
  if (typeof ignore !== 'number') {
    checkRaster(ignore, `${what}: ignore`);
    checkSameShape(gt, ignore, `${what}: ignore`);
  } else if (!Number.isFinite(ignore) || ignore === 0) {
    throw refused(`${what}: ignore ${describe(ignore)} is not a finite value other than 0`);
  }
}

// Grows, is never written: the prediction before the first click.
let none = new Uint8Array(0);
function zeros(n: number): Uint8Array {
  if (n > none.length) none = new Uint8Array(n);
  return none;
}

function bytesOf(mask: Raster, role: Role): Uint8Array {
  const { data, offset = 0, shape } = mask;
  const n = sizeOf(shape);
  if (data.BYTES_PER_ELEMENT === 1 && isDense(mask)) {
    if (data instanceof Uint8Array && offset === 0) return data;
    return new Uint8Array(data.buffer, data.byteOffset + offset, n);
  }
  const out = bytes[role](n);
  eachRow(mask, (at, step, width, to) => {
    for (let x = 0; x < width; x++, at += step) out[to + x] = data[at] !== 0 ? 1 : 0;
  });
  return out;
}

function valueBytes(gt: Raster, value: number): Uint8Array {
  const { data } = gt;
  const out = bytes.ignore(sizeOf(gt.shape));
  eachRow(gt, (at, step, width, to) => {
    for (let x = 0; x < width; x++, at += step) out[to + x] = data[at] === value ? 1 : 0;
  });
  return out;
}

function without(mask: Uint8Array, skip: Uint8Array, n: number, out: Uint8Array): Uint8Array {
  for (let i = 0; i < n; i++) out[i] = skip[i] !== 0 ? 0 : mask[i];
  return out;
}

/** Walks the rows of a strided array: first element, step between pixels, pixels, and the dense position. */
function eachRow(view: Raster, row: (at: number, step: number, width: number, to: number) => void): void {
  const { shape, offset = 0 } = view;
  const stride = view.stride ?? denseStride(shape);
  const lead = shape.length - 2;
  const [height, width] = [shape[lead], shape[lead + 1]];
  const depth = lead === 1 ? shape[0] : 1;
  for (let z = 0, to = 0; z < depth; z++) {
    for (let y = 0; y < height; y++, to += width) {
      row(offset + (lead === 1 ? z * stride[0] : 0) + y * stride[lead], stride[lead + 1], width, to);
    }
  }
}
