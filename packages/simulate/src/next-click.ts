import type { Click } from '@clickseg/guidance';
import { type Border, ClicksegError, describe, type Raster, type Spacing } from '@clickseg/raster';
import { type Crop, cropRegion, placeOf } from './crop.ts';
import { type ErrorRegion, findErrors } from './errors-found.ts';
import { checkDistance, type DistanceField, type DistanceName, fieldOf } from './field.ts';
import { type Ignore, type Pair, readPair } from './pair.ts';
import { sampleField } from './probability.ts';
import { draw, type Random, seededRandom } from './random.ts';
import { ritmClick } from './ritm-click.ts';

/**
 * Whose annotator: `'sakinis'` the paper's, `'monai'` DeepGrow's as MONAI has it (the same rule and
 * click), `'ritm'` the deterministic one of RITM's evaluation.
 */
export type ClickStrategy = 'sakinis' | 'monai' | 'ritm';

export interface NextClickOptions {
  /** Default `'sakinis'`. */
  readonly strategy?: ClickStrategy;
  /**
   * Distance field, by name or a function; default `'chessboard'` (MONAI; the paper says Chamfer and
   * leaves the weights open), for `'ritm'` `'euclidean'`.
   */
  readonly distance?: DistanceName | DistanceField;
  /** Whether the image's frame is background; default `'ignore'` (MONAI, SciPy), for `'ritm'` `'background'`. */
  readonly border?: Border;
  /** Pixel spacing for distance `'euclidean'`; default 1 along every axis. */
  readonly spacing?: Spacing;
  /** Uniform numbers in [0, 1), one taken a sampled click; default: one {@link seededRandom} of the paper's seed, shared. */
  readonly random?: Random;
  /** Pixels that count neither as missed nor as spilled: a mask, or a value of `gt`. Default: none. */
  readonly ignore?: Ignore;
  /** Clicks so far, whose pixels `'ritm'` never clicks again; the sampling strategies may. Default: none. */
  readonly clicks?: readonly Click[];
}

export const NEXT_CLICK_DEFAULTS = {
  strategy: 'sakinis',
  distance: { sakinis: 'chessboard', monai: 'chessboard', ritm: 'euclidean' },
  border: { sakinis: 'ignore', monai: 'ignore', ritm: 'background' },
} as const;

// Shared on purpose: a new source for every call would place every click with the same first number.
let usual: Random | undefined;

/**
 * The click that a simulated annotator makes next, or `undefined` when nothing is wrong.
 *
 * - `'sakinis'`, `'monai'`: a background click if the spilled area is larger than the missed area, else
 *   a foreground click; where, is drawn with probability proportional to exp(d) - 1 over that error, d
 *   its distance field (paper, section III-B.1). A tie of areas gives a foreground click.
 * - `'ritm'`: the innermost pixel (first in raster order) of the error with the larger inscribed
 *   distance; a tie gives a background click. Pixels in `clicks` are left out.
 *
 * A mask without background (border `'ignore'`) is clicked with equal probability everywhere.
 *
 * @param gt - reference, `[h, w]` or `[d, h, w]`, non-zero = inside
 * @param pred - prediction, same shape, non-zero = inside (threshold probabilities first); `undefined`
 * before the first one, which is then empty
 * @returns a click at whole pixel coordinates
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `invalid-option`, and
 * `not-finite` where a distance function gives NaN or a negative distance
 */
export function nextClick(
  gt: Raster,
  pred: Raster | undefined,
  options: NextClickOptions = {},
): Click | undefined {
  const { strategy = NEXT_CLICK_DEFAULTS.strategy, random = (usual ??= seededRandom()) } = options;
  if (!Object.hasOwn(NEXT_CLICK_DEFAULTS.distance, strategy)) {
    throw new ClicksegError(
      'invalid-option',
      `nextClick: strategy ${describe(strategy)} is none of sakinis, monai, ritm`,
    );
  }
  const { distance = NEXT_CLICK_DEFAULTS.distance[strategy], border = NEXT_CLICK_DEFAULTS.border[strategy] } =
    options;
  checkDistance(distance, options.spacing, 'nextClick');
  if (border !== 'ignore' && border !== 'background') {
    throw new ClicksegError(
      'invalid-option',
      `nextClick: border ${describe(border)} is not 'ignore' or 'background'`,
    );
  }
  const { clicks = [] } = options;
  for (const c of clicks) {
    if (
      !Number.isFinite(c?.x) ||
      !Number.isFinite(c.y) ||
      (gt?.shape?.length === 3 && !Number.isFinite(c.z))
    ) {
      throw new ClicksegError(
        'invalid-point',
        `nextClick: click at x ${c?.x}, y ${c?.y}, z ${c?.z} is not finite`,
      );
    }
  }
  const pair = readPair(gt, pred, options.ignore, 'nextClick');
  const { missed, spilled } = findErrors(pair);
  if (missed.area === 0 && spilled.area === 0) return undefined;
  if (strategy === 'ritm') {
    return ritmClick(pair, missed, spilled, distance, border, options.spacing, clicks);
  }
  const kind = spilled.area > missed.area ? 'spilled' : 'missed';
  const region = kind === 'spilled' ? spilled : missed;
  return sampleRegion(pair, kind, region, distance, border, options.spacing, draw(random, 'nextClick'));
}

/** One click drawn over one error region of at least one pixel. */
export function sampleRegion(
  pair: Pair,
  kind: 'missed' | 'spilled',
  region: ErrorRegion,
  distance: DistanceName | DistanceField,
  border: Border,
  spacing: Spacing | undefined,
  u: number,
): Click {
  const crop = cropRegion(pair, kind, region, border);
  return { ...placeOf(crop, sampleCrop(crop, distance, spacing, u)), label: labelOf(kind) };
}

function sampleCrop(
  crop: Crop,
  distance: DistanceName | DistanceField,
  spacing: Spacing | undefined,
  u: number,
): number {
  // No background anywhere: every distance is infinite, every pixel alike.
  if (!crop.hasBackground) return Math.floor(u * crop.mask.data.length);
  const at = sampleField(fieldOf(crop.mask, distance, spacing), u);
  if (at < 0 || crop.mask.data[at] === 0) {
    throw new ClicksegError(
      'invalid-option',
      'nextClick: the distance function gave no distance above 0 inside, or one outside',
    );
  }
  return at;
}

export const labelOf = (kind: 'missed' | 'spilled'): Click['label'] =>
  kind === 'missed' ? 'foreground' : 'background';
