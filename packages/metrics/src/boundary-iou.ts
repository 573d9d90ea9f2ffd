import { ClicksegError, describe, type Raster, withDefaults } from '@clickseg/raster';
import { type EmptyPolicy, emptyScore } from './empty.ts';
import { innerBand } from './inner-band.ts';
import { MaskPair } from './mask-pair.ts';
import { checkOptions, refuseForeign } from './options.ts';
import { checkPair } from './surface-options.ts';

/** Options of {@link boundaryIou}. */
export interface BoundaryIouOptions {
  /**
   * Width of the band inside each contour, in pixels (whole, at least 1); default 2 % of the image's
   * diagonal, rounded, at least 1, as the authors' code.
   */
  readonly width?: number;
  /** What to answer where both masks are empty; default `'nan'`. */
  readonly empty?: EmptyPolicy;
}

/** Defaults of {@link BoundaryIouOptions}; `width` follows the image. */
export const BOUNDARY_IOU_DEFAULTS = { diagonalShare: 0.02, empty: 'nan' } as const;

/**
 * Boundary IoU (Cheng et al. 2021): the IoU of the two bands of pixels that lie inside each mask within
 * `width` pixels (chessboard, as repeated 3 x 3 erosion) of its contour. Unlike Dice it does not grow
 * kinder with the structure's size. The image's frame counts as outside, as in the authors' code.
 *
 * @param pred - the prediction, `[h, w]` or `[d, h, w]`, non-zero inside
 * @param gt - the reference, same shape
 * @returns 0 to 1; what `empty` says where both masks are empty
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `not-finite`,
 *   `invalid-option`, or `empty-mask` under `empty: 'throw'`
 */
export function boundaryIou(pred: Raster, gt: Raster, options: BoundaryIouOptions = {}): number {
  const { empty, width } = withDefaults(BOUNDARY_IOU_DEFAULTS, checkOptions(options, 'boundaryIou'));
  refuseForeign(options, { boundaryWidth: 'width' }, 'boundaryIou');
  checkPair(pred, gt, 'boundaryIou');
  const reach = bandWidth(width, gt.shape, 'boundaryIou');
  return boundaryIouOf(new MaskPair(pred, gt, 'boundaryIou'), reach, empty, 'boundaryIou');
}

/** As {@link boundaryIou} of a pair that others read too, with a checked width. */
export function boundaryIouOf(pair: MaskPair, reach: number, empty: EmptyPolicy, what: string): number {
  const { crops } = pair;
  if (!crops) return emptyScore(empty, 'both', what);
  const dims = pair.gt.shape.length;
  const bandA = innerBand(crops[0], dims, reach);
  const bandB = innerBand(crops[1], dims, reach);
  let both = 0;
  let either = 0;
  for (let i = 0; i < bandA.length; i++) {
    both += bandA[i] & bandB[i];
    either += bandA[i] | bandB[i];
  }
  return both / either;
}

/** @throws ClicksegError `invalid-option` for a width that is not a whole number of at least 1 */
export function bandWidth(width: number | undefined, shape: readonly number[], what: string): number {
  if (width === undefined) {
    const diagonal = Math.sqrt(shape.reduce((sum, n) => sum + n * n, 0));
    return Math.max(1, halfToEven(BOUNDARY_IOU_DEFAULTS.diagonalShare * diagonal));
  }
  if (Number.isInteger(width) && width >= 1) return width;
  throw new ClicksegError(
    'invalid-option',
    `${what}: width ${describe(width)} is not a whole number above 0`,
  );
}

/** Python's `round`, which the authors' code rounds with. */
function halfToEven(x: number): number {
  const down = Math.floor(x);
  return x - down === 0.5 ? down + (down % 2) : Math.round(x);
}
