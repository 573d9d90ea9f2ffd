import { ClicksegError, describe, type Raster } from '@clickseg/raster';
import { checkDirection, type Direction } from './direction.ts';
import { emptyDistance } from './empty.ts';
import { refuseDirection, refusePercentile } from './options.ts';
import { percentileOfLists, weightedPercentile } from './percentile.ts';
import { type MeasuredOptions, resolve, type SurfaceMetricOptions } from './resolve.ts';
import type { SurfaceDistances } from './surface-distances.ts';

/**
 * What a percentile of the Hausdorff distance is taken of:
 *
 * - `'max-directed'`: the larger of the two directed percentiles over border pixels (MONAI);
 * - `'pooled'`: the percentile of both directed lists together (MedPy);
 * - `'surface-weighted'`: the larger of the two directed percentiles over surface elements, each
 *   weighted by its length or area, without interpolation (google-deepmind/surface-distance).
 */
export type HausdorffDefinition = 'max-directed' | 'pooled' | 'surface-weighted';

/** Options of {@link hausdorff}. */
export interface HausdorffOptions extends SurfaceMetricOptions {
  /** From whose border alone; default from both, the larger (MONAI's `directed=True` is `'pred-to-gt'`). */
  readonly direction?: Direction;
}

/** Options of {@link hausdorff95}. */
export interface Hausdorff95Options extends SurfaceMetricOptions {
  /** Default `'max-directed'`; always report it beside the number. */
  readonly definition?: HausdorffDefinition;
  /** As in {@link HausdorffOptions}; for `'max-directed'` alone. */
  readonly direction?: Direction;
}

/** Options of {@link hausdorffPercentile}. */
export interface HausdorffPercentileOptions extends Hausdorff95Options {
  /** 0 to 100; default 95. */
  readonly percentile?: number;
}

/** Defaults of {@link HausdorffOptions}, {@link Hausdorff95Options} and {@link HausdorffPercentileOptions}. */
export const HAUSDORFF_DEFAULTS = { definition: 'max-directed', percentile: 95, empty: 'nan' } as const;

/**
 * The Hausdorff distance between two masks' borders: the farthest that any border pixel of one lies
 * from the border of the other. MedPy `hd`, MONAI `HausdorffDistanceMetric`; the paper's HD. With a `direction` only one
 * mask's border is asked.
 *
 * @returns in the spacing's unit; for an empty mask what `empty` says
 * @throws ClicksegError as {@link surfaceDistances}; `empty-mask` under `empty: 'throw'`; `invalid-option` for an unknown
 *   direction
 */
export function hausdorff(distances: SurfaceDistances, options?: MeasuredOptions<HausdorffOptions>): number;
export function hausdorff(pred: Raster, gt: Raster, options?: HausdorffOptions): number;
export function hausdorff(
  first: Raster | SurfaceDistances,
  second?: Raster | HausdorffOptions,
  third?: HausdorffOptions,
): number {
  const { distances, options } = resolve(
    'hausdorff',
    first,
    second,
    third,
    HAUSDORFF_DEFAULTS,
    (o, given) => {
      refusePercentile(given, 'hausdorff');
      if (o.direction !== undefined) checkDirection(o.direction, 'hausdorff');
    },
  );
  if (distances.empty !== 'none') return emptyDistance(options.empty, distances.empty, 'hausdorff');
  return farthest(distances, options.direction);
}

/**
 * The 95th percentile of the Hausdorff distance, under a named definition: three numbers go by this
 * name, and they differ. With a `direction` it is the percentile of one mask's distances alone.
 *
 * @returns in the spacing's unit; for an empty mask what `empty` says
 * @throws ClicksegError as {@link hausdorff}; `invalid-option` for an unknown definition, for a `direction` under another than
 *   `'max-directed'`, and for a `percentile` other than 95
 */
export function hausdorff95(
  distances: SurfaceDistances,
  options?: MeasuredOptions<Hausdorff95Options>,
): number;
export function hausdorff95(pred: Raster, gt: Raster, options?: Hausdorff95Options): number;
export function hausdorff95(
  first: Raster | SurfaceDistances,
  second?: Raster | Hausdorff95Options,
  third?: Hausdorff95Options,
): number {
  return percentileOf('hausdorff95', first, second, third, 95);
}

/**
 * Any percentile of the Hausdorff distance, under a named definition. `percentile: 100` of the
 * surface elements is surface-distance's `robust_hausdorff(100)`.
 *
 * @throws ClicksegError as {@link hausdorff95}; `invalid-option` for a percentile outside 0 to 100
 */
export function hausdorffPercentile(
  distances: SurfaceDistances,
  options?: MeasuredOptions<HausdorffPercentileOptions>,
): number;
export function hausdorffPercentile(pred: Raster, gt: Raster, options?: HausdorffPercentileOptions): number;
export function hausdorffPercentile(
  first: Raster | SurfaceDistances,
  second?: Raster | HausdorffPercentileOptions,
  third?: HausdorffPercentileOptions,
): number {
  return percentileOf('hausdorffPercentile', first, second, third);
}

/** @param fixed - the percentile where the options do not say it */
function percentileOf(
  what: string,
  first: Raster | SurfaceDistances,
  second: Raster | HausdorffPercentileOptions | undefined,
  third: HausdorffPercentileOptions | undefined,
  fixed?: number,
): number {
  const { distances, options } = resolve(what, first, second, third, HAUSDORFF_DEFAULTS, (o, given) => {
    if (fixed !== undefined) refusePercentile(given, what, fixed);
    checkDefinition(o.definition, what);
    checkPercentile(o.percentile, what);
    if (o.direction !== undefined) checkDirection(o.direction, what);
    if (o.definition !== 'max-directed') {
      refuseDirection(o, `${what}: definition '${o.definition}'`, "'max-directed'");
    }
  });
  if (distances.empty !== 'none') return emptyDistance(options.empty, distances.empty, what);
  return hausdorffOf(distances, fixed ?? options.percentile, options.definition, options.direction);
}

/** A percentile of distances at hand; neither mask empty. */
export function hausdorffOf(
  d: SurfaceDistances,
  p: number,
  definition: HausdorffDefinition,
  direction?: Direction,
): number {
  if (definition === 'surface-weighted') {
    const { predToGt, gtToPred, predWeights, gtWeights } = d.elements;
    return Math.max(weightedPercentile(predToGt, predWeights, p), weightedPercentile(gtToPred, gtWeights, p));
  }
  const lists = directedLists(d, direction);
  if (definition === 'max-directed') return Math.max(...lists.map((list) => percentileOfLists([list], p)));
  return percentileOfLists(lists, p);
}

/** The border pixels' distances of one direction, or of both. */
function directedLists({ pixels }: SurfaceDistances, direction: Direction | undefined): Float64Array[] {
  if (direction === undefined) return [pixels.predToGt, pixels.gtToPred];
  return [direction === 'pred-to-gt' ? pixels.predToGt : pixels.gtToPred];
}

/** The Hausdorff distance of distances at hand; neither mask empty. */
export function farthest(d: SurfaceDistances, direction?: Direction): number {
  return Math.max(...directedLists(d, direction).map(largest));
}

/** The largest of a list; 0 for none. */
export function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}

/** @throws ClicksegError `invalid-option` */
export function checkDefinition(definition: HausdorffDefinition, what: string): void {
  if (['max-directed', 'pooled', 'surface-weighted'].includes(definition)) return;
  throw new ClicksegError(
    'invalid-option',
    `${what}: definition must be 'max-directed', 'pooled' or 'surface-weighted', got ${describe(definition)}`,
  );
}

function checkPercentile(p: number, what: string): void {
  if (typeof p === 'number' && p >= 0 && p <= 100) return;
  throw new ClicksegError('invalid-option', `${what}: percentile ${describe(p)} is outside 0 to 100`);
}
