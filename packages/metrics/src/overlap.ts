import { type Raster, withDefaults } from '@clickseg/raster';
import { countPair, emptyOf } from './counts.ts';
import { type EmptyPolicy, emptyScore } from './empty.ts';
import type { Counts } from './mask-pair.ts';
import { checkOptions } from './options.ts';

/** Options of the overlap metrics. */
export interface OverlapOptions {
  /**
   * What to answer where the ratio's denominator is zero; default `'nan'`. `'infinity'` and
   * `{ penalty }` give 1 where both masks are empty (what MedPy's `dc` and `jc` answer; its precision, recall and specificity
   * answer 0 there) and 0 otherwise. Specificity where the reference fills the
   * image is NaN under `'throw'` too: that is not for an empty mask.
   */
  readonly empty?: EmptyPolicy;
}

/** Defaults of {@link OverlapOptions}. */
export const OVERLAP_DEFAULTS = { empty: 'nan' } as const;

/** Names of the overlap metrics, each a function of this package. */
export const OVERLAP_METRICS = [
  'dice',
  'jaccard',
  'precision',
  'recall',
  'specificity',
  'volumeSimilarity',
] as const;
export type OverlapMetric = (typeof OVERLAP_METRICS)[number];

/**
 * The Dice coefficient, 2 |P and G| / (|P| + |G|).
 *
 * @param pred - the prediction, `[h, w]` or `[d, h, w]`, any typed array, non-zero inside
 * @param gt - the reference, same shape
 * @returns 0 to 1; what `empty` says where both masks are empty
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `not-finite` for a NaN
 *   pixel, `invalid-option`, or `empty-mask` under `empty: 'throw'`
 */
export function dice(pred: Raster, gt: Raster, options?: OverlapOptions): number {
  return overlap('dice', pred, gt, options);
}

/** The Jaccard index or IoU, |P and G| / |P or G|. Takes, answers and throws as {@link dice}. */
export function jaccard(pred: Raster, gt: Raster, options?: OverlapOptions): number {
  return overlap('jaccard', pred, gt, options);
}

/** Precision, |P and G| / |P|; undefined for an empty prediction. Otherwise as {@link dice}. */
export function precision(pred: Raster, gt: Raster, options?: OverlapOptions): number {
  return overlap('precision', pred, gt, options);
}

/** Recall or sensitivity, |P and G| / |G|; undefined for an empty reference. Otherwise as {@link dice}. */
export function recall(pred: Raster, gt: Raster, options?: OverlapOptions): number {
  return overlap('recall', pred, gt, options);
}

/**
 * Specificity, TN / (TN + FP); undefined where the reference fills the image. That is not for an empty mask: it is NaN under
 * `'nan'` and `'throw'`. Otherwise as {@link dice}.
 */
export function specificity(pred: Raster, gt: Raster, options?: OverlapOptions): number {
  return overlap('specificity', pred, gt, options);
}

/**
 * Volume similarity, 1 - ||P| - |G|| / (|P| + |G|) (Taha and Hanbury 2015): sizes only, wherever they
 * lie. Otherwise as {@link dice}.
 */
export function volumeSimilarity(pred: Raster, gt: Raster, options?: OverlapOptions): number {
  return overlap('volumeSimilarity', pred, gt, options);
}

function overlap(metric: OverlapMetric, pred: Raster, gt: Raster, options: OverlapOptions = {}): number {
  const { empty } = withDefaults(OVERLAP_DEFAULTS, checkOptions(options, metric));
  return overlapOf(metric, countPair(pred, gt, metric), empty, metric);
}

/** One overlap metric of counted pixels, without another look at the masks. */
export function overlapOf(metric: OverlapMetric, c: Counts, empty: EmptyPolicy, what: string): number {
  const [part, whole] = ratio(metric, c);
  if (whole > 0) return part / whole;
  if (metric !== 'specificity') return emptyScore(empty, emptyOf(c), what);
  // The background's recall: there, a full reference is the empty one. That is not for an empty mask, so there is nothing to throw.
  return emptyScore(empty === 'throw' ? 'nan' : empty, c.falseNegatives === 0 ? 'both' : 'gt', what);
}

function ratio(
  metric: OverlapMetric,
  { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }: Counts,
): [number, number] {
  switch (metric) {
    case 'dice':
      return [2 * tp, 2 * tp + fp + fn];
    case 'jaccard':
      return [tp, tp + fp + fn];
    case 'precision':
      return [tp, tp + fp];
    case 'recall':
      return [tp, tp + fn];
    case 'specificity':
      return [tn, tn + fp];
    case 'volumeSimilarity':
      return [2 * tp + fp + fn - Math.abs(fp - fn), 2 * tp + fp + fn];
  }
}
