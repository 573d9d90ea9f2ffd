import type { Click } from '@clickseg/guidance';
import {
  type Border,
  ClicksegError,
  type Connectivity,
  connectedComponents,
  denseStride,
  describe,
  type Raster,
  type Spacing,
} from '@clickseg/raster';
import { findErrors } from './errors-found.ts';
import { checkDistance, type DistanceField, type DistanceName } from './field.ts';
import { sampleRegion } from './next-click.ts';
import { type Ignore, type Pair, readPair } from './pair.ts';
import { draw, type Random, seededRandom } from './random.ts';

export interface InitialClicksOptions {
  /**
   * Where the first clicks go; default `'anywhere'`.
   *
   * - `'anywhere'`: one click, drawn over the whole structure (the paper: P = 0, so D+ = Gt).
   * - `'each-component'`: one in each connected component, in raster order of the components' first
   *   pixels, at most `limit` (MONAI's `AddInitialSeedPointd`).
   * - `'kth-largest'`: one in the component of rank `k` by size; equal sizes in raster order.
   */
  readonly place?: 'anywhere' | 'each-component' | 'kth-largest';
  /** Most components clicked by `'each-component'`; default 5 (MONAI's `connected_regions`). */
  readonly limit?: number;
  /** Rank for `'kth-largest'`, from 1, the default. Beyond the last component there is no click. */
  readonly k?: number;
  /** Which pixels touch; default 8 on a slice (MONAI), 26 on a volume. */
  readonly connectivity?: Connectivity;
  /** Default `'chessboard'` (MONAI). */
  readonly distance?: DistanceName | DistanceField;
  /** Default `'ignore'` (MONAI). */
  readonly border?: Border;
  /** Pixel spacing for distance `'euclidean'`; default 1 along every axis. */
  readonly spacing?: Spacing;
  /** Uniform numbers in [0, 1), one taken a click; default: a {@link seededRandom} of the paper's seed, shared. */
  readonly random?: Random;
  /** Pixels of `gt` that are no structure although non-zero: a mask or a value. Default: none. */
  readonly ignore?: Ignore;
}

export const INITIAL_CLICKS_DEFAULTS = {
  place: 'anywhere',
  limit: 5,
  k: 1,
  distance: 'chessboard',
  border: 'ignore',
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
  const { place, limit, k, distance, border } = { ...INITIAL_CLICKS_DEFAULTS, ...withoutUndefined(options) };
  const { random = (usual ??= seededRandom()) } = options;
  checkDistance(distance, options.spacing, 'initialClicks');
  for (const [name, n] of Object.entries({ limit, k })) {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new ClicksegError(
        'invalid-option',
        `initialClicks: ${name} ${describe(n)} is not a whole number above 0`,
      );
    }
  }
  if (border !== 'ignore' && border !== 'background') {
    throw new ClicksegError(
      'invalid-option',
      `initialClicks: border ${describe(border)} is not 'ignore' or 'background'`,
    );
  }
  const pair = readPair(gt, undefined, options.ignore, 'initialClicks');
  const click = (part: Pair): Click | undefined => {
    const { missed } = findErrors(part);
    if (missed.area === 0) return undefined;
    return sampleRegion(
      part,
      'missed',
      missed,
      distance,
      border,
      options.spacing,
      draw(random, 'initialClicks'),
    );
  };
  if (place === 'anywhere') return present([click(pair)]);
  if (place !== 'each-component' && place !== 'kth-largest') {
    throw new ClicksegError(
      'invalid-option',
      `initialClicks: place ${describe(place)} is none of anywhere, each-component, kth-largest`,
    );
  }
  const mask = { data: pair.gt, shape: pair.shape, stride: denseStride(pair.shape), offset: 0 };
  const { labels, count, sizes } = connectedComponents(mask, { connectivity: options.connectivity });
  const all = Array.from({ length: count }, (_, i) => i + 1);
  const chosen =
    place === 'each-component'
      ? all.slice(0, limit)
      : all.sort((a, b) => sizes[b] - sizes[a] || a - b).slice(k - 1, k);
  return present(chosen.map((label) => click(onlyLabel(pair, labels.data, label))));
}

/** The pair with one component as its reference. */
function onlyLabel(pair: Pair, labels: Int32Array, label: number): Pair {
  const gt = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) gt[i] = labels[i] === label ? 1 : 0;
  return { ...pair, gt };
}

const present = (clicks: (Click | undefined)[]): Click[] => clicks.filter((c) => c !== undefined);

function withoutUndefined<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined)) as never;
}
