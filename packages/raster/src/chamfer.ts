import { chamfer3x3 } from './chamfer-3x3.ts';
import { chamfer3x3x3 } from './chamfer-3x3x3.ts';
import { chamfer5x5 } from './chamfer-5x5.ts';
import { checkOptions } from './check-options.ts';
import { ClicksegError } from './errors.ts';
import { apartFrom, checkOut } from './out.ts';
import { checkRaster, type DenseRaster, describe, type Raster, raster } from './raster.ts';
import { type Border, checkBorder, type Region, regionOf } from './region.ts';
import { scratchInts } from './scratch.ts';
import { aligned, copyIn, copyOut, kernels } from './wasm.ts';

/** Names of the step weights of {@link chamferDistance}. */
export type ChamferWeights = 'chessboard' | 'city-block' | '3-4' | '5-7-11' | 'opencv-3x3' | 'opencv-5x5';

export interface ChamferOptions {
  /**
   * What a step costs; default `'chessboard'` (as MONAI's DeepGrow). Named after the cost of a step
   * along an axis, across a diagonal and, with 5-7-11 and opencv-5x5, of a knight's move.
   */
  readonly weights?: ChamferWeights;
  /** Whether the frame around the image is background; default `'ignore'` (SciPy, OpenCV); RITM has `'background'`. */
  readonly border?: Border;
  /** Written and returned instead of a new array: as many elements as the mask has pixels. */
  readonly out?: Float32Array;
}

export const CHAMFER_DEFAULTS = { weights: 'chessboard', border: 'ignore' } as const;

interface Steps {
  /** Cost of a step along one, two and three axes at once. */
  readonly axis: number;
  readonly diagonal: number;
  readonly space?: number;
  readonly knight?: number;
  /** What the sum of costs is divided by. */
  readonly unit: number;
}

const WEIGHTS: Readonly<Record<ChamferWeights, Steps>> = {
  chessboard: { axis: 1, diagonal: 1, space: 1, unit: 1 },
  'city-block': { axis: 1, diagonal: 2, space: 3, unit: 1 },
  '3-4': { axis: 3, diagonal: 4, space: 5, unit: 3 },
  '5-7-11': { axis: 5, diagonal: 7, knight: 11, unit: 5 },
  'opencv-3x3': { axis: 62587, diagonal: 89738, unit: 65536 },
  'opencv-5x5': { axis: 65536, diagonal: 91750, knight: 143976, unit: 65536 },
};

/** Stands for "no background seen yet"; costs still add to it without leaving 32 bits. */
const FAR = 2 ** 30;

/**
 * Chamfer distance of each inside pixel to the nearest background pixel, in pixels; 0 outside.
 *
 * - `'chessboard'` and `'city-block'` are exact; SciPy's `distance_transform_cdt`, OpenCV's `DIST_C`, `DIST_L1`.
 * - `'3-4'` (Borgefors 1986; 3-4-5 on a volume) and `'5-7-11'` count whole steps and divide once, by 3
 *   and by 5, rounding to float32.
 * - `'opencv-3x3'` and `'opencv-5x5'` are OpenCV's `DIST_L2` with `DIST_MASK_3` and `DIST_MASK_5`, bit
 *   for bit: 16.16 fixed-point weights 0.955, 1.3693 and 1, 1.4, 2.1969.
 *
 * Spacing is not considered; {@link euclideanDistance} is the field in millimetres. A mask without any
 * background (all pixels inside, border `'ignore'`) is `Infinity` everywhere; a mask without a pixel
 * inside is 0 everywhere. Only the mask's box is visited.
 *
 * @param mask - `[h, w]` or `[d, h, w]`, any typed array, non-zero = inside
 * @returns Float32, dense, shape of the mask
 * @throws ClicksegError `invalid-array` (also for an `out` of the wrong type or length), `invalid-shape`;
 * `invalid-option` for unknown weights or border, and for `'5-7-11'` and `'opencv-*'` on a volume, which have no
 * published three-dimensional weights
 */
export function chamferDistance(mask: Raster, options: ChamferOptions = {}): DenseRaster<Float32Array> {
  checkOptions(options, 'chamferDistance');
  const { weights = CHAMFER_DEFAULTS.weights, border = CHAMFER_DEFAULTS.border, out } = options;
  checkRaster(mask, 'chamferDistance: mask');
  checkBorder(border, 'chamferDistance');
  const steps = stepsOf(weights, mask.shape.length);
  const field = checkOut(out, mask.shape, [Float32Array], 'chamferDistance') ?? fresh(mask.shape);
  const region = regionOf(apartFrom(out, mask), border);
  if (out !== undefined) out.fill(0);
  if (region === 'full') field.fill(Number.POSITIVE_INFINITY);
  else if (region !== 'empty') measure(region, steps, field);
  return raster(field, mask.shape);
}

function fresh(shape: readonly number[]): Float32Array {
  return new Float32Array(shape.reduce((a, b) => a * b, 1));
}

function stepsOf(weights: ChamferWeights, dims: number): Steps {
  if (!Object.hasOwn(WEIGHTS, weights)) {
    throw new ClicksegError(
      'invalid-option',
      `chamferDistance: weights ${describe(weights)} is none of ${Object.keys(WEIGHTS).join(', ')}`,
    );
  }
  const steps = WEIGHTS[weights];
  if (dims === 3 && steps.space === undefined) {
    throw new ClicksegError(
      'invalid-option',
      `chamferDistance: weights '${weights}' are defined on slices only`,
    );
  }
  return steps;
}

function measure(region: Region, steps: Steps, field: Float32Array): void {
  const [depth, height, width] = region.shape;
  const { axis, diagonal, space, knight, unit } = steps;
  const flat = depth === 1 && !region.before[0] && !region.after[0];
  // Doubles hold what 32 bits cannot: OpenCV's fixed-point costs on masks of more than 8000 pixels in a row.
  const wide = (depth + height + width) * Math.max(axis, diagonal) >= FAR / 2;
  if (flat && !wide && bySimd(region, steps, field)) return;
  const ring = knight === undefined ? 1 : 2;
  const size = (depth + 2) * (height + 2 * ring) * (width + 2 * ring);
  const work = wide ? new Float64Array(size) : scratchInts(size);
  const far = wide ? 2 ** 50 : FAR;
  if (!flat) chamfer3x3x3(region, work, far, axis, diagonal, space as number, unit, field);
  else if (knight === undefined) chamfer3x3(region, work, far, axis, diagonal, unit, field);
  else chamfer5x5(region, work, far, axis, diagonal, knight, unit, field);
}

/** The same by the WebAssembly kernel; false where there is none. */
function bySimd(region: Region, steps: Steps, field: Float32Array): boolean {
  const { shape, before, after, data, at, stride, to, toStride } = region;
  const [, height, width] = shape;
  const pitch = (width + 3) & ~3;
  // One block with what lies between the rows is copied sooner than rows one by one, unless that is most of it.
  const spare = WORTH * width;
  const whole = stride[2] === 1 && stride[1] >= width && stride[1] <= spare;
  const wholeOut = toStride[1] <= spare;
  const [rowIn, rowOut] = [whole ? stride[1] : pitch, wholeOut ? toStride[1] : pitch];
  const work = aligned(rowIn * height + 4);
  const out = work + 4 * (height + 4) * (pitch + 8);
  const wasm = kernels(out + 4 * rowOut * height);
  if (wasm === undefined) return false;
  if (whole) wasm.bytes.set(data.subarray(at, at + rowIn * (height - 1) + width));
  else copyIn(region, wasm.bytes, pitch);
  const sides = +before[1] | (+after[1] << 1) | (+before[2] << 2) | (+after[2] << 3);
  const { axis, diagonal, knight = 0, unit } = steps;
  wasm.chamfer(0, rowIn, work, out, rowOut, height, width, sides, axis, diagonal, knight, unit);
  // Not `>>`, which from 2 GB on is negative.
  const from = out / 4;
  if (wholeOut) field.set(wasm.singles.subarray(from, from + rowOut * (height - 1) + width), to);
  else copyOut(region, wasm.singles, from, pitch, field);
  return true;
}

const WORTH = 4;
