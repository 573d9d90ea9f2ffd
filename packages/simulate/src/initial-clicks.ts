import type { Click } from '@clickseg/guidance';
import {
  type Border,
  type Connectivity,
  checkOptions,
  connectedComponents,
  denseStride,
  type Raster,
} from '@clickseg/raster';
import { findErrors } from './errors-found.ts';
import {
  type DistanceField,
  type DistanceName,
  type Measure,
  type MeasureOptions,
  measureOf,
} from './field.ts';
import { checkCount, checkName } from './options.ts';
import { type Ignore, type Pair, readPair } from './pair.ts';
import { draw, type Random, seededRandom } from './random.ts';
import { type Arithmetic, sampleRegion } from './sample-region.ts';

export interface InitialClicksOptions extends MeasureOptions {
  /**
   * Where the first clicks go; default `'anywhere'`.
   *
   * - `'anywhere'`: one click, drawn over the whole structure (the paper: P = 0, so D+ = Gt).
   * - `'each-component'`: one in each connected component, in raster order of the components' first
   *   pixels, at most `limit`: the very seeds of MONAI's `AddInitialSeedPointd` for given numbers.
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
  /** Uniform numbers in [0, 1), one taken a click; default: a {@link seededRandom} of the paper's seed, shared. */
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

let usual: Random | undefined;

/**
 * The foreground clicks that open an interaction, each drawn with probability proportional to exp(d) - 1
 * over its part of the structure.
 *
 * @param gt - reference, `[h, w]` or `[d, h, w]`, non-zero = inside
 * @returns the clicks; none for an empty structure
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `invalid-option`
 */
export function initialClicks(gt: Raster, options: InitialClicksOptions = {}): Click[] {
  checkOptions(options, 'initialClicks');
  const { limit = INITIAL_CLICKS_DEFAULTS.limit, k = INITIAL_CLICKS_DEFAULTS.k } = options;
  const { place = INITIAL_CLICKS_DEFAULTS.place, random = (usual ??= seededRandom()) } = options;
  checkName(place, ['anywhere', 'each-component', 'kth-largest'], 'initialClicks: place');
  checkCount(limit, 1, 'initialClicks: limit');
  checkCount(k, 1, 'initialClicks: k');
  const measure = measureOf(options, INITIAL_CLICKS_DEFAULTS.measure, 'initialClicks');
  const pair = readPair(gt, undefined, options.ignore, 'initialClicks');
  const clickIn = (part: Pair, arithmetic: Arithmetic): Click[] => {
    const { missed } = findErrors(part);
    if (missed.area === 0) return [];
    return [sampleRegion(part, 'missed', missed, measure, draw(random, 'initialClicks'), arithmetic)];
  };
  if (place === 'anywhere') return clickIn(pair, 'own');
  const mask = { data: pair.gt, shape: pair.shape, stride: denseStride(pair.shape), offset: 0 };
  const { labels, count, sizes } = connectedComponents(mask, { connectivity: options.connectivity });
  const all = Array.from({ length: count }, (_, i) => i + 1);
  if (place === 'each-component') {
    return all.slice(0, limit).flatMap((label) => clickIn(onlyLabel(pair, labels.data, label), 'numpy'));
  }
  const ranked = all.sort((a, b) => sizes[b] - sizes[a] || a - b);
  return ranked.slice(k - 1, k).flatMap((label) => clickIn(onlyLabel(pair, labels.data, label), 'own'));
}

/** The pair with one component as its reference. */
function onlyLabel(pair: Pair, labels: Int32Array, label: number): Pair {
  const gt = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) gt[i] = labels[i] === label ? 1 : 0;
  return { ...pair, gt };
}
