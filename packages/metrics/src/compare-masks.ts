import { ClicksegError, describe, type Raster, withDefaults } from '@clickseg/raster';
import type { BorderConnectivity } from './border.ts';
import { type BoundaryIouOptions, bandWidth, boundaryIouOf } from './boundary-iou.ts';
import { emptyOf } from './counts.ts';
import { type EmptyMasks, type EmptyPolicy, emptyDistance, emptyScore } from './empty.ts';
import { checkDefinition, farthest, type HausdorffDefinition, hausdorffOf } from './hausdorff.ts';
import { type Counts, MaskPair } from './mask-pair.ts';
import {
  checkSurfaceKind,
  directedMean,
  directedSums,
  meanOfMeans,
  pooledMean,
  type SurfaceKind,
} from './mean-distance.ts';
import { checkOptions, refuseDirection, refuseForeign, refusePercentile } from './options.ts';
import { OVERLAP_METRICS, type OverlapMetric, overlapOf } from './overlap.ts';
import type { SurfaceMetricOptions } from './resolve.ts';
import { checkTolerance, surfaceDiceOf } from './surface-dice.ts';
import { measureSurfaces, type SurfaceDistances } from './surface-distances.ts';
import { type CheckedSurface, checkSurface, type DistanceMetric } from './surface-options.ts';

/** Metrics that are distances, in the spacing's unit; 0 is best. */
export const DISTANCE_METRICS = [
  'hausdorff',
  'hausdorff95',
  'meanAbsoluteDistance',
  'masd',
  'asdPredToGt',
  'asdGtToPred',
] as const;
export type DistanceMetricName = (typeof DISTANCE_METRICS)[number];

/** Every metric of {@link compareMasks}, in the order of its tables. */
export const METRICS = [...OVERLAP_METRICS, ...DISTANCE_METRICS, 'surfaceDice', 'boundaryIou'] as const;
export type MetricName = (typeof METRICS)[number];

/** Options of {@link compareMasks}. */
export interface CompareOptions extends SurfaceMetricOptions {
  /** Which metrics to compute; default all of {@link METRICS}. */
  readonly metrics?: readonly MetricName[];
  /** What `hausdorff95` means; default `'max-directed'`. It is repeated in the result. */
  readonly definition?: HausdorffDefinition;
  /** Of `surfaceDice`, in the spacing's unit; default 1. */
  readonly tolerance?: number;
  /** What the mean distances count; default `'pixels'`. */
  readonly surface?: SurfaceKind;
  /** What `surfaceDice` counts; default `'elements'`. */
  readonly surfaceDiceOf?: SurfaceKind;
  /** Band of `boundaryIou` in pixels; default 2 % of the image's diagonal. */
  readonly boundaryWidth?: BoundaryIouOptions['width'];
}

/** Defaults of {@link CompareOptions}; `metrics` is all of {@link METRICS}. */
export const COMPARE_DEFAULTS = {
  metrics: METRICS,
  definition: 'max-directed',
  tolerance: 1,
  surface: 'pixels',
  surfaceDiceOf: 'elements',
  empty: 'nan',
} as const;

/** What {@link compareMasks} answers: the metrics asked for, by name, and under what terms. */
export interface MaskComparison extends Partial<Record<MetricName, number>> {
  readonly counts: Counts;
  /** Which mask holds no pixel: why a metric may be NaN, infinite or a penalty. */
  readonly empty: EmptyMasks;
  /** What `hausdorff95` means here. */
  readonly definition: HausdorffDefinition;
  /** Of `surfaceDice`, in the spacing's unit. */
  readonly tolerance: number;
  /** What the mean distances count. */
  readonly surface: SurfaceKind;
  /** What `surfaceDice` counts. */
  readonly surfaceDiceOf: SurfaceKind;
  /** Which neighbours made a pixel a border pixel. */
  readonly connectivity: BorderConnectivity;
  /** How distances were measured. */
  readonly distanceMetric: DistanceMetric;
  /** Band of `boundaryIou`, in pixels. */
  readonly boundaryWidth: number;
  /** What an empty mask was to score; of `{ penalty }` the kind alone. */
  readonly emptyPolicy: 'nan' | 'infinity' | 'throw' | 'penalty';
}

/** A comparison with every metric in it. */
export type FullComparison = MaskComparison & Record<MetricName, number>;

/**
 * All metrics of a pair of masks in one pass: pixels are counted once, and distances measured once.
 *
 * @param pred - the prediction, `[h, w]` or `[d, h, w]`, non-zero inside
 * @param gt - the reference, same shape
 * @throws ClicksegError as {@link surfaceDistances}; `empty-mask` under `empty: 'throw'`
 */
export function compareMasks(
  pred: Raster,
  gt: Raster,
  options?: CompareOptions & { readonly metrics?: undefined },
): FullComparison;
export function compareMasks(pred: Raster, gt: Raster, options?: CompareOptions): MaskComparison;
export function compareMasks(pred: Raster, gt: Raster, options: CompareOptions = {}): MaskComparison {
  const terms = checkCompare(pred, gt, options, 'compareMasks');
  const band = bandWidth(options.boundaryWidth, gt.shape, 'compareMasks');
  return compareWithin(new MaskPair(pred, gt, 'compareMasks'), terms, { band, beyond: 0 }, 'compareMasks');
}

/**
 * As {@link compareMasks} of masks that may be cut out of an image: `band` is the width of boundary IoU's, which follows the
 * image's size, `beyond` how many more background pixels it has.
 */
export function compareWithin(
  pair: MaskPair,
  terms: CompareTerms,
  { band, beyond }: { readonly band: number; readonly beyond: number },
  what: string,
): MaskComparison {
  const found: Partial<Record<MetricName, number>> = {};
  const c = { ...pair.counts, trueNegatives: pair.counts.trueNegatives + beyond };
  let distances: SurfaceDistances | undefined;
  const measured = () => (distances ??= measureSurfaces(pair, terms.measure, what));
  for (const metric of METRICS.filter((m) => terms.metrics.includes(m))) {
    const named = `${what}: ${metric}`;
    if (isOverlap(metric)) found[metric] = overlapOf(metric, c, terms.empty, named);
    else if (metric === 'boundaryIou') found[metric] = boundaryIouOf(pair, band, terms.empty, named);
    else found[metric] = surfaceMetric(metric, emptyOf(c), measured, terms, named);
  }
  return {
    counts: c,
    ...found,
    empty: emptyOf(c),
    definition: terms.definition,
    tolerance: terms.tolerance,
    surface: terms.surface,
    surfaceDiceOf: terms.surfaceDiceOf,
    connectivity: terms.measure.connectivity,
    distanceMetric: terms.measure.metric,
    boundaryWidth: band,
    emptyPolicy: typeof terms.empty === 'string' ? terms.empty : 'penalty',
  };
}

/** Options of a comparison, checked, with their defaults. */
export type CompareTerms = Required<
  Omit<CompareOptions, 'spacing' | 'boundaryWidth' | keyof SurfaceMetricOptions>
> & {
  readonly empty: EmptyPolicy;
  readonly measure: CheckedSurface;
};

/** Checks masks and options of a comparison before any work. */
export function checkCompare(pred: Raster, gt: Raster, options: CompareOptions, what: string): CompareTerms {
  refusePercentile(checkOptions(options, what), what, 95);
  refuseDirection(options, what, 'hausdorff, hausdorff95 and averageSurfaceDistance');
  refuseForeign(options, { width: 'boundaryWidth' }, what);
  const measure = checkSurface(pred, gt, options, what);
  const terms = { ...withDefaults(COMPARE_DEFAULTS, options), measure };
  checkDefinition(terms.definition, what);
  checkTolerance(terms.tolerance, what);
  checkSurfaceKind(terms.surface, what);
  checkSurfaceKind(terms.surfaceDiceOf, what);
  bandWidth(options.boundaryWidth, gt.shape, what);
  checkMetrics(terms.metrics, what);
  return terms;
}

function checkMetrics(metrics: readonly MetricName[], what: string): void {
  if (!Array.isArray(metrics)) {
    throw new ClicksegError('invalid-option', `${what}: metrics ${describe(metrics)} is no list of names`);
  }
  // Not `find`, which says of a metric that is undefined that there is none unknown.
  const at = Array.from(metrics).findIndex((m) => !METRICS.includes(m));
  if (at < 0) return;
  throw new ClicksegError('invalid-option', `${what}: unknown metric ${describe(metrics[at])}`);
}

function surfaceMetric(
  metric: DistanceMetricName | 'surfaceDice',
  empty: EmptyMasks,
  measured: () => SurfaceDistances,
  terms: CompareTerms,
  what: string,
): number {
  if (metric === 'surfaceDice') {
    if (empty === 'both') return emptyScore(terms.empty, empty, what);
    return empty === 'none' ? surfaceDiceOf(measured(), terms.tolerance, terms.surfaceDiceOf) : 0;
  }
  if (empty !== 'none') return emptyDistance(terms.empty, empty, what);
  const d = measured();
  if (metric === 'hausdorff') return farthest(d);
  if (metric === 'hausdorff95') return hausdorffOf(d, 95, terms.definition);
  const [pred, gt] = directedSums(d, terms.surface);
  if (metric === 'asdPredToGt') return directedMean(pred);
  if (metric === 'asdGtToPred') return directedMean(gt);
  if (metric === 'masd') return meanOfMeans(pred, gt);
  return pooledMean(pred, gt);
}

function isOverlap(metric: MetricName): metric is OverlapMetric {
  return (OVERLAP_METRICS as readonly string[]).includes(metric);
}
