import {
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
 * one, and 0 elsewhere. The mask is the box of the error region with a margin, always holds background,
 * and is working memory: copy it before changing or keeping it.
 */
export type DistanceField = (mask: DenseRaster<Uint8Array>) => Raster;

const NAMES: readonly string[] = [
  'chessboard',
  'city-block',
  '3-4',
  '5-7-11',
  'opencv-3x3',
  'opencv-5x5',
  'euclidean',
];

/** @throws ClicksegError `invalid-option`, before any work */
export function checkDistance(
  distance: DistanceName | DistanceField,
  spacing: Spacing | undefined,
  what: string,
): void {
  if (typeof distance !== 'function' && !NAMES.includes(distance)) {
    throw new ClicksegError(
      'invalid-option',
      `${what}: distance ${describe(distance)} is none of ${NAMES.join(', ')}`,
    );
  }
  if (spacing !== undefined && distance !== 'euclidean') {
    throw new ClicksegError(
      'invalid-option',
      `${what}: spacing is for distance 'euclidean', not ${describe(distance)}`,
    );
  }
}

/** The field of a crop, whose margin already says what the border is; in working memory for the named ones. */
export function fieldOf(
  mask: DenseRaster<Uint8Array>,
  distance: DistanceName | DistanceField,
  spacing: Spacing | undefined,
): NumericArray {
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
  return field.data;
}
