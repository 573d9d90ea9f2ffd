import { checkOptions } from './check-options.ts';
import { ClicksegError } from './errors.ts';
import { lowerEnvelope } from './lower-envelope.ts';
import { apartFrom, checkOut } from './out.ts';
import { checkRaster, type DenseRaster, describe, type Raster, raster, sizeOf } from './raster.ts';
import { type Border, checkBorder, type Region, regionOf } from './region.ts';
import { axisSpacing, type Spacing } from './spacing.ts';
import { aligned, copyIn, copyOut, kernels } from './wasm.ts';

export interface EuclideanOptions<T extends Float32Array | Float64Array = Float64Array> {
  /** Distance between pixel centres, by name or in the array's axis order; default 1 along every axis. */
  readonly spacing?: Spacing;
  /** Whether the frame around the image is background; default `'ignore'` (SciPy, OpenCV); RITM has `'background'`. */
  readonly border?: Border;
  /** Squared distances, which are whole numbers at unit spacing; default false. */
  readonly squared?: boolean;
  /** Written and returned instead of a new Float64Array; a Float32Array makes the result single precision. */
  readonly out?: T;
}

export const EUCLIDEAN_DEFAULTS = { border: 'ignore', squared: false } as const;

/**
 * Exact Euclidean distance of each inside pixel to the nearest background pixel, centre to centre, in
 * the unit of the spacing (pixels without one); 0 outside.
 *
 * Lower envelopes of parabolas, one axis after the other (Felzenszwalb and Huttenlocher 2012, Meijster
 * 2000): linear in the number of pixels of the mask's box, exact with any spacing. Equals SciPy's
 * `distance_transform_edt(sampling=spacing)`. A mask without any background (all pixels inside, border
 * `'ignore'`) is `Infinity` everywhere; a mask without a pixel inside is 0 everywhere.
 *
 * @param mask - `[h, w]` or `[d, h, w]`, any typed array, non-zero = inside
 * @returns Float64 (or `out`), dense, shape of the mask
 * @throws ClicksegError `invalid-array` (also for an `out` of the wrong type or length), `invalid-shape`,
 * `invalid-spacing`; `invalid-option` for an unknown border or a `squared` that is no boolean
 */
export function euclideanDistance<T extends Float32Array | Float64Array = Float64Array>(
  mask: Raster,
  options: EuclideanOptions<T> = {},
): DenseRaster<T> {
  checkOptions(options, 'euclideanDistance');
  const { border = EUCLIDEAN_DEFAULTS.border, squared = EUCLIDEAN_DEFAULTS.squared, out } = options;
  checkRaster(mask, 'euclideanDistance: mask');
  checkBorder(border, 'euclideanDistance');
  if (typeof squared !== 'boolean') {
    throw new ClicksegError(
      'invalid-option',
      `euclideanDistance: squared ${describe(squared)} is no boolean`,
    );
  }
  const spacing = axisSpacing(options.spacing, mask.shape.length, 'euclideanDistance: spacing');
  const types = [Float64Array, Float32Array] as unknown as (new (n: number) => T)[];
  const field = checkOut(out, mask.shape, types, 'euclideanDistance') ?? new types[0](sizeOf(mask.shape));
  const region = regionOf(apartFrom(out, mask), border);
  if (out !== undefined) field.fill(0);
  if (region === 'full') field.fill(Number.POSITIVE_INFINITY);
  else if (region !== 'empty') measure(region, spacing, squared, field);
  return raster(field, mask.shape);
}

function measure(
  region: Region,
  spacing: number[],
  squared: boolean,
  field: Float32Array | Float64Array,
): void {
  const [sz, sy, sx] = spacing.length === 3 ? spacing : [1, ...spacing];
  // Equal spacing is unit spacing times a factor: the work is then on whole numbers, without rounding.
  const unit = spacing.every((s) => s === sx) ? sx : 1;
  const plan: Plan = {
    solid: spacing.length === 3,
    weights: [(sz / unit) ** 2, (sy / unit) ** 2, (sx / unit) ** 2],
    scale: squared ? unit * unit : unit,
    squared,
  };
  if (bySimd(region, plan, field)) return;
  // A volume's squares lie in the field between axes, where singles would round them and know no 1e40.
  const exact = plan.solid && field instanceof Float32Array ? new Float64Array(field.length) : field;
  byScript(region, plan, exact);
  if (exact !== field) field.set(exact);
}

/** What is done along each axis: steps are counted along the first, then envelopes taken along the others. */
interface Plan {
  readonly solid: boolean;
  /** Squared spacing along z, y and x. */
  readonly weights: readonly [number, number, number];
  readonly scale: number;
  readonly squared: boolean;
}

function byScript(region: Region, plan: Plan, field: Float32Array | Float64Array): void {
  const { shape, to, toStride, before, after } = region;
  const [depth, height, width] = shape;
  const [z2, y2, x2] = plan.weights;
  countAlong(region, plan.solid ? 0 : 1, field);
  if (plan.solid) {
    for (let z = 0; z < depth; z++) {
      const plane = to + z * toStride[0];
      for (let x = 0; x < width; x++) {
        lowerEnvelope(field, plane + x, toStride[1], height, before[1], after[1], y2, z2, 1, true);
      }
    }
  }
  // On a slice, the counts along y are still to be squared.
  const lift = plan.solid ? 0 : y2;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = to + z * toStride[0] + y * toStride[1];
      lowerEnvelope(field, row, 1, width, before[2], after[2], x2, lift, plan.scale, plan.squared);
    }
  }
}

/** The same by the WebAssembly kernels; false where there are none. */
function bySimd(region: Region, plan: Plan, field: Float32Array | Float64Array): boolean {
  const { shape, before, after } = region;
  const [depth, height, width] = shape;
  const pitch = (width + 3) & ~3;
  const plane = height * pitch;
  const size = depth * plane;
  const work = aligned(size);
  const out = work + 4 * size;
  const stack = out + 8 * size;
  const wasm = kernels(stack + 24 * (Math.max(height, width) + 2));
  if (wasm === undefined) return false;
  const [z2, y2, x2] = plan.weights;
  const root = +plan.squared;
  copyIn(region, wasm.bytes, pitch);
  if (plan.solid) {
    wasm.count(0, work, depth, plane, +before[0], +after[0]);
    const sides = +before[1] | (+after[1] << 1);
    for (let z = 0; z < depth; z++) {
      for (let i = z * plane, end = i + width; i < end; i++) {
        wasm.envelope(work + 4 * i, out + 8 * i, pitch, height, stack, sides, y2, z2, 1, 1);
      }
    }
  } else {
    wasm.count(0, work, height, pitch, +before[1], +after[1]);
  }
  const sides = +before[2] | (+after[2] << 1);
  const lift = plan.solid ? 0 : y2;
  for (let i = 0; i < size; i += pitch) {
    wasm.envelope(work + 4 * i, out + 8 * i, 1, width, stack, sides, x2, lift, plan.scale, root);
  }
  copyOut(region, wasm.doubles, out / 8, pitch, field);
  return true;
}

/** Steps to the nearest background along one axis, Infinity where there is none. */
function countAlong(region: Region, axis: 0 | 1, field: Float32Array | Float64Array): void {
  const { data, at, stride, shape, to, toStride, before, after } = region;
  const [depth, height, width] = shape;
  const lines = axis === 0 ? depth : height;
  const others = axis === 0 ? height : depth;
  const other = axis === 0 ? 1 : 0;
  const back = toStride[axis];
  const step = stride[2];
  for (let k = 0; k < lines; k++) {
    for (let j = 0; j < others; j++) {
      let from = at + k * stride[axis] + j * stride[other];
      const row = to + k * toStride[axis] + j * toStride[other];
      const first = before[axis] ? 1 : Number.POSITIVE_INFINITY;
      for (let i = row, end = row + width; i < end; i++, from += step) {
        field[i] = data[from] === 0 ? 0 : k === 0 ? first : field[i - back] + 1;
      }
    }
  }
  for (let k = lines - 1; k >= 0; k--) {
    for (let j = 0; j < others; j++) {
      const row = to + k * toStride[axis] + j * toStride[other];
      const last = after[axis] ? 1 : Number.POSITIVE_INFINITY;
      for (let i = row, end = row + width; i < end; i++) {
        const next = k === lines - 1 ? last : field[i + back] + 1;
        if (next < field[i]) field[i] = next;
      }
    }
  }
}
