import type { Click } from '@clickseg/guidance';
import { type Border, ClicksegError, checkOptions, checkRaster, type Raster } from '@clickseg/raster';
import { findErrors } from './errors-found.ts';
import {
  type DistanceField,
  type DistanceName,
  type Measure,
  type MeasureOptions,
  measureOf,
} from './field.ts';
import { checkFunction, checkList, checkName } from './options.ts';
import { type Ignore, readPair } from './pair.ts';
import { draw, type Random, usualRandom } from './random.ts';
import { ritmClick } from './ritm-click.ts';
import { sampleRegion } from './sample-region.ts';

/**
 * Whose annotator: `'sakinis'` the paper's, `'monai'` the same rule with the very pixel that MONAI's
 * DeepGrow picks for a given uniform number, `'ritm'` the deterministic one of RITM's evaluation.
 */
export type ClickStrategy = 'sakinis' | 'monai' | 'ritm';

export interface NextClickOptions extends MeasureOptions {
  /** Default `'sakinis'`. */
  readonly strategy?: ClickStrategy;
  /**
   * Distance field, by name or a function; default `'chessboard'` (MONAI; the paper says Chamfer and
   * leaves the weights open), for `'ritm'` `'euclidean'`.
   */
  readonly distance?: DistanceName | DistanceField;
  /** Whether the image's frame is background; default `'ignore'` (MONAI, SciPy), for `'ritm'` `'background'`. */
  readonly border?: Border;
  /**
   * Uniform numbers in [0, 1); a sampled click takes one. Default: one `seededRandom` of the paper's seed
   * that all calls share, those of `initialClicks` too; give your own to repeat a run. Unused by `'ritm'`.
   */
  readonly random?: Random;
  /** Pixels that count neither as missed nor as spilled: a mask, or a value of `gt`. Default: none. */
  readonly ignore?: Ignore;
  /** Clicks so far, whose pixels `'ritm'` never clicks again; the sampling strategies may. Default: none. */
  readonly clicks?: readonly Click[];
}

const SAMPLED: Measure = { distance: 'chessboard', border: 'ignore' };

/** Defaults of {@link nextClick}; distance and border depend on the strategy. */
export const NEXT_CLICK_DEFAULTS = {
  strategy: 'sakinis' as ClickStrategy,
  measure: {
    sakinis: SAMPLED,
    monai: SAMPLED,
    ritm: { distance: 'euclidean', border: 'background' } as Measure,
  },
};

/**
 * The click that a simulated annotator makes next, or `undefined` when nothing is wrong; for `'ritm'`
 * also when every pixel that is wrong is in `clicks`.
 *
 * - `'sakinis'`, `'monai'`: a background click if the spilled area is larger than the missed area, else
 *   a foreground click; where, is drawn with probability proportional to exp(d) - 1 over that error, d
 *   its distance field (paper, section III-B.1). Equal areas give a foreground click.
 * - `'ritm'`: the innermost pixel (first in raster order) of the error with the larger inscribed
 *   distance; equal distances give a background click. Pixels in `clicks` are left out. RITM clicks
 *   background at (0, 0) where none is left.
 *
 * A region without any background (border `'ignore'`) is clicked with equal probability everywhere.
 *
 * @param gt - reference, `[h, w]` or `[d, h, w]`, non-zero = inside
 * @param pred - prediction, same shape, non-zero = inside (threshold probabilities first); `undefined`
 * before the first one, which is then empty
 * @returns a click at whole pixel coordinates
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `invalid-option` (also where a
 * distance or random function gives what it must not), `invalid-spacing`, `invalid-point` for clicks that are none,
 * `not-finite` for a NaN in a mask
 */
export function nextClick(
  gt: Raster,
  pred: Raster | undefined,
  options: NextClickOptions = {},
): Click | undefined {
  checkOptions(options, 'nextClick');
  const { strategy = NEXT_CLICK_DEFAULTS.strategy, random = usualRandom } = options;
  checkFunction(random, 'nextClick: random');
  checkName(strategy, ['sakinis', 'monai', 'ritm'], 'nextClick: strategy');
  checkRaster(gt, 'nextClick: gt');
  const dims = gt.shape.length;
  const measure = measureOf(options, NEXT_CLICK_DEFAULTS.measure[strategy], dims, 'nextClick');
  const { clicks = [] } = options;
  const pair = readPair(gt, pred, options.ignore, 'nextClick');
  checkClicks(clicks, dims);
  const { missed, spilled } = findErrors(pair);
  if (missed.area === 0 && spilled.area === 0) return undefined;
  if (strategy === 'ritm') return ritmClick(pair, missed, spilled, measure, clicks);
  const kind = spilled.area > missed.area ? 'spilled' : 'missed';
  const region = kind === 'spilled' ? spilled : missed;
  const u = draw(random, 'nextClick');
  return sampleRegion(pair, kind, region, measure, u, strategy === 'monai' ? 'numpy' : 'own');
}

function checkClicks(clicks: readonly Click[], dims: number): void {
  for (const click of checkList(clicks, 'nextClick: clicks')) {
    const { x, y, z, label } = click ?? {};
    const finite = [x, y, dims === 3 ? z : 0].every(Number.isFinite);
    if (finite && (label === 'foreground' || label === 'background')) continue;
    throw new ClicksegError('invalid-point', `nextClick: x ${x}, y ${y}, z ${z}, label ${label} is no click`);
  }
}
