import { ClicksegError, describe, type Raster } from '@clickseg/raster';
import { type BoundaryIouOptions, bandWidth, boundaryIou } from './boundary-iou.ts';
import { type Counts, countPair, emptyOf } from './counts.ts';
import { type EmptyMasks, type EmptyPolicy, emptyDistance, emptyScore } from './empty.ts';
import { checkDefinition, type HausdorffDefinition, hausdorffOf, largest } from './hausdorff.ts';
import { checkSurfaceKind, directedSums, type SurfaceKind } from './mean-distance.ts';
import { OVERLAP_METRICS, type OverlapMetric, overlapOf } from './overlap.ts';
import { checkOptions, type SurfaceMetricOptions } from './resolve.ts';
import { checkTolerance, surfaceDiceOf } from './surface-dice.ts';
import { measureSurfaces, type SurfaceDistances } from './surface-distances.ts';
import { checkSurface } from './surface-options.ts';

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
  return compareWithin(pred, gt, options, checkCompare(pred, gt, options, 'compareMasks'), 0);
}

/** As {@link compareMasks} of masks cut out of an image with `beyond` more background pixels. */
export function compareWithin(
  pred: Raster,
  gt: Raster,
  options: CompareOptions,
  terms: CompareTerms,
  beyond: number,
): MaskComparison {
  const found: Partial<Record<MetricName, number>> = {};
  const counted = countPair(pred, gt, 'compareMasks');
  const c = { ...counted, trueNegatives: counted.trueNegatives + beyond };
  const wanted = METRICS.filter((m) => terms.metrics.includes(m));
  const surface = checkSurface(pred, gt, options, 'compareMasks');
  let distances: SurfaceDistances | undefined;
  const measured = () => (distances ??= measureSurfaces(pred, gt, surface, 'compareMasks'));
  for (const metric of wanted) {
    if (isOverlap(metric)) found[metric] = overlapOf(metric, c, terms.empty);
    else if (metric === 'boundaryIou') {
      found[metric] = boundaryIou(pred, gt, { width: options.boundaryWidth, empty: terms.empty });
    } else found[metric] = surfaceMetric(metric, emptyOf(c), measured, terms);
  }
  return { counts: c, ...found, empty: emptyOf(c), definition: terms.definition, tolerance: terms.tolerance };
}

/** Options of a comparison with their defaults. */
export type CompareTerms = Required<
  Omit<CompareOptions, 'spacing' | 'boundaryWidth' | keyof SurfaceMetricOptions>
> & {
  readonly empty: EmptyPolicy;
};

/** Checks masks and options of a comparison before any work. */
export function checkCompare(pred: Raster, gt: Raster, options: CompareOptions, what: string): CompareTerms {
  checkOptions(options, what);
  checkSurface(pred, gt, options, what);
  const terms = {
    metrics: options.metrics ?? METRICS,
    definition: options.definition ?? COMPARE_DEFAULTS.definition,
    tolerance: options.tolerance ?? COMPARE_DEFAULTS.tolerance,
    surface: options.surface ?? COMPARE_DEFAULTS.surface,
    surfaceDiceOf: options.surfaceDiceOf ?? COMPARE_DEFAULTS.surfaceDiceOf,
    empty: options.empty ?? COMPARE_DEFAULTS.empty,
  };
  checkDefinition(terms.definition, what);
  checkTolerance(terms.tolerance, what);
  checkSurfaceKind(terms.surface, what);
  checkSurfaceKind(terms.surfaceDiceOf, what);
  bandWidth(options.boundaryWidth, gt.shape, what);
  const unknown = Array.isArray(terms.metrics)
    ? terms.metrics.find((m) => !METRICS.includes(m))
    : terms.metrics;
  if (unknown !== undefined) {
    throw new ClicksegError('invalid-option', `${what}: unknown metric ${describe(unknown)}`);
  }
  return terms;
}

function surfaceMetric(
  metric: DistanceMetricName | 'surfaceDice',
  empty: EmptyMasks,
  measured: () => SurfaceDistances,
  terms: CompareTerms,
): number {
  const what = `compareMasks: ${metric}`;
  if (metric === 'surfaceDice') {
    if (empty === 'both') return emptyScore(terms.empty, empty, what);
    return empty === 'none' ? surfaceDiceOf(measured(), terms.tolerance, terms.surfaceDiceOf) : 0;
  }
  if (empty !== 'none') return emptyDistance(terms.empty, empty, what);
  const d = measured();
  if (metric === 'hausdorff') return Math.max(largest(d.pixels.predToGt), largest(d.pixels.gtToPred));
  if (metric === 'hausdorff95') return hausdorffOf(d, 95, terms.definition);
  const [pred, gt] = directedSums(d, terms.surface);
  if (metric === 'asdPredToGt') return pred.sum / pred.weight;
  if (metric === 'asdGtToPred') return gt.sum / gt.weight;
  if (metric === 'masd') return (pred.sum / pred.weight + gt.sum / gt.weight) / 2;
  return (pred.sum + gt.sum) / (pred.weight + gt.weight);
}

function isOverlap(metric: MetricName): metric is OverlapMetric {
  return (OVERLAP_METRICS as readonly string[]).includes(metric);
}
