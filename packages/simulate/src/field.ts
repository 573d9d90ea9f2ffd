import {
  axisSpacing,
  type Border,
  ClicksegError,
  chamferDistance,
  contiguous,
  type DenseRaster,
  describe,
  euclideanDistance,
  type NumericArray,
  type Raster,
  type Spacing,
} from '@clickseg/raster';
import { checkName, refused } from './options.ts';
import { doubles, singles } from './scratch.ts';

/** Distance fields by name: the Chamfer weights of `@clickseg/raster`, or the exact Euclidean distance. */
export type DistanceName =
  | 'chessboard'
  | 'city-block'
  | '3-4'
  | '5-7-11'
  | 'opencv-3x3'
  | 'opencv-5x5'
  | 'euclidean';

/**
 * A distance field of one's own: for a 0/1 mask, each marked pixel's distance to the nearest unmarked
 * one, and 0 elsewhere. The mask is the box of an error with its margin, always holds background, and is
 * working memory: copy it before keeping or changing it, and call neither `nextClick` nor `initialClicks` on the way.
 */
export type DistanceField = (mask: DenseRaster<Uint8Array>) => Raster;

export interface MeasureOptions {
  /** Distance field, by name or a function; on a volume neither `'5-7-11'` nor `'opencv-*'`. */
  readonly distance?: DistanceName | DistanceField;
  /** Whether the image's frame is background. */
  readonly border?: Border;
  /** Pixel spacing for distance `'euclidean'`; default 1 along every axis. */
  readonly spacing?: Spacing;
}

/** How distances are measured: the options, checked and filled in. */
export interface Measure {
  readonly distance: DistanceName | DistanceField;
  readonly border: Border;
  readonly spacing?: Spacing;
}

/** Their weights are published for two axes only. */
const FLAT: readonly unknown[] = ['5-7-11', 'opencv-3x3', 'opencv-5x5'];
const NAMES = ['chessboard', 'city-block', '3-4', ...FLAT, 'euclidean'] as readonly string[];

/**
 * @param dims - number of axes, 2 or 3
 * @throws ClicksegError `invalid-option` or `invalid-spacing`, before any work
 */
export function measureOf(options: MeasureOptions, usual: Measure, dims: number, what: string): Measure {
  const { distance = usual.distance, border = usual.border, spacing } = options;
  if (typeof distance !== 'function') checkName(distance, NAMES, `${what}: distance`);
  checkName(border, ['ignore', 'background'], `${what}: border`);
  if (dims === 3 && FLAT.includes(distance)) {
    throw refused(`${what}: distance ${describe(distance)} is for slices only`);
  }
  if (spacing !== undefined && distance !== 'euclidean') {
    throw refused(`${what}: spacing is for distance 'euclidean', not ${describe(distance)}`);
  }
  axisSpacing(spacing, dims, `${what}: spacing`);
  return { distance, border, spacing };
}

/** The field of a crop, whose margin already says what the border is; in working memory for the named ones. */
export function fieldOf(mask: DenseRaster<Uint8Array>, { distance, spacing }: Measure): NumericArray {
  const n = mask.data.length;
  if (distance === 'euclidean') return euclideanDistance(mask, { spacing, out: doubles(n) }).data;
  if (typeof distance !== 'function')
    return chamferDistance(mask, { weights: distance, out: singles(n) }).data;
  const field = contiguous(distance(mask), 'distance');
  if (field.shape.join() !== mask.shape.join()) {
    throw new ClicksegError(
      'shape-mismatch',
      `distance: gave [${field.shape}] for a mask of [${mask.shape}]`,
    );
  }
  // A pixel without a distance could never be clicked, one outside would be: both are the function's fault.
  for (let i = 0; i < n; i++) {
    if (field.data[i] > 0 !== mask.data[i] > 0) {
      throw refused(`distance: gave ${field.data[i]} at element ${i}, where the mask is ${mask.data[i]}`);
    }
  }
  return field.data;
}
