import type { Click } from '@clickseg/guidance';
import {
  type Border,
  type Connectivity,
  checkOptions,
  checkRaster,
  connectedComponents,
  denseStride,
  describe,
  type Raster,
} from '@clickseg/raster';
import { type ErrorRegion, findErrors, regionOf } from './errors-found.ts';
import {
  type DistanceField,
  type DistanceName,
  type Measure,
  type MeasureOptions,
  measureOf,
} from './field.ts';
import { checkCount, checkFunction, checkName, refused } from './options.ts';
import { type Ignore, readPair } from './pair.ts';
import { draw, type Random, usualRandom } from './random.ts';
import { type Arithmetic, sampleRegion } from './sample-region.ts';

export interface InitialClicksOptions extends MeasureOptions {
  /**
   * Where the first clicks go; default `'anywhere'`.
   *
   * - `'anywhere'`: one click, drawn over the whole structure (the paper: P = 0, so D+ = Gt).
   * - `'each-component'`: one in each connected component, in raster order of the components' first
   *   pixels, at most `limit`: on a slice the very seeds of MONAI's `AddInitialSeedPointd` for given
   *   numbers. On a volume (without `sid`) MONAI draws one seed over the whole label, which is
   *   `nextClick(gt, undefined, { strategy: 'monai' })`.
   * - `'kth-largest'`: one in the component of rank `k` by size; equal sizes in raster order.
   */
  readonly place?: 'anywhere' | 'each-component' | 'kth-largest';
  /** Most components clicked by `'each-component'`; default 5 (MONAI's `connected_regions`). */
  readonly limit?: number;
  /** Rank for `'kth-largest'`, from 1, the default. Beyond the last component there is no click. */
  readonly k?: number;
  /** Which pixels touch; default 8 on a slice (MONAI), 26 on a volume. */
  readonly connectivity?: Connectivity;
  /** Distance field, by name or a function; default `'chessboard'` (MONAI). */
  readonly distance?: DistanceName | DistanceField;
  /** Whether the image's frame is background; default `'ignore'` (MONAI). */
  readonly border?: Border;
  /** Uniform numbers in [0, 1), one taken a click; default: the source that `nextClick` has by default. */
  readonly random?: Random;
  /** Pixels of `gt` that are no structure although non-zero: a mask or a value. Default: none. */
  readonly ignore?: Ignore;
}

export const INITIAL_CLICKS_DEFAULTS = {
  place: 'anywhere',
  limit: 5,
  k: 1,
  measure: { distance: 'chessboard', border: 'ignore' } as Measure,
} as const;

/**
 * The foreground clicks that open an interaction, each drawn with probability proportional to exp(d) - 1
 * over its part of the structure.
 *
 * @param gt - reference, `[h, w]` or `[d, h, w]`, non-zero = inside
 * @returns the clicks; none for an empty structure
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `invalid-option` (also where a
 * distance or random function gives what it must not), `invalid-spacing`, `not-finite` for a NaN in a mask
 */
export function initialClicks(gt: Raster, options: InitialClicksOptions = {}): Click[] {
  checkOptions(options, 'initialClicks');
  const { limit = INITIAL_CLICKS_DEFAULTS.limit, k = INITIAL_CLICKS_DEFAULTS.k } = options;
  const { place = INITIAL_CLICKS_DEFAULTS.place, random = usualRandom, connectivity } = options;
  checkName(place, ['anywhere', 'each-component', 'kth-largest'], 'initialClicks: place');
  checkCount(limit, 1, 'initialClicks: limit');
  checkCount(k, 1, 'initialClicks: k');
  checkFunction(random, 'initialClicks: random');
  checkRaster(gt, 'initialClicks: gt');
  const dims = gt.shape.length;
  const measure = measureOf(options, INITIAL_CLICKS_DEFAULTS.measure, dims, 'initialClicks');
  const known = dims === 3 ? [6, 18, 26] : [4, 8];
  if (connectivity !== undefined && !known.includes(connectivity)) {
    const got = `${describe(connectivity)} on ${dims} axes`;
    throw refused(`initialClicks: connectivity ${got} is none of ${known.join(', ')}`);
  }
  const pair = readPair(gt, undefined, options.ignore, 'initialClicks');
  const clickIn = (part: ErrorRegion, arithmetic: Arithmetic): Click =>
    sampleRegion(pair, 'missed', part, measure, draw(random, 'initialClicks'), arithmetic);
  if (place === 'anywhere') {
    const { missed } = findErrors(pair);
    return missed.area > 0 ? [clickIn(missed, 'own')] : [];
  }
  const mask = { data: pair.gt, shape: pair.shape, stride: denseStride(pair.shape), offset: 0 };
  const { labels, count, sizes } = connectedComponents(mask, { connectivity });
  const all = Array.from({ length: count }, (_, i) => i + 1);
  const each = place === 'each-component';
  const wanted = each
    ? all.slice(0, limit)
    : all.sort((a, b) => sizes[b] - sizes[a] || a - b).slice(k - 1, k);
  return pixelsOf(labels.data, sizes, wanted).map((pixels) =>
    clickIn(regionOf(pixels, pair.size), each ? 'numpy' : 'own'),
  );
}

/** The positions of each wanted label's pixels, ascending, all from one pass. */
function pixelsOf(labels: Int32Array, sizes: Int32Array, wanted: readonly number[]): Int32Array[] {
  const lists = wanted.map((label) => new Int32Array(sizes[label]));
  // Of a label its list and how much of it is filled.
  const rank = new Int32Array(sizes.length).fill(-1);
  wanted.forEach((label, i) => {
    rank[label] = i;
  });
  const filled = new Int32Array(wanted.length);
  for (let i = 0; i < labels.length; i++) {
    const at = rank[labels[i]];
    if (at >= 0) lists[at][filled[at]++] = i;
  }
  return lists;
}
