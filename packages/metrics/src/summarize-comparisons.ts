import { ClicksegError, describe } from '@clickseg/raster';
import { type MaskComparison, METRICS, type MetricName } from './compare-masks.ts';
import { listOfObjects } from './list-of-objects.ts';
import { type SummarizeOptions, type Summary, summarize } from './summarize.ts';

const EMPTY_REASONS = {
  none: undefined,
  pred: 'prediction empty',
  gt: 'reference empty',
  both: 'both empty',
} as const;

/** A comparison's terms that move a metric's number, in the words of `compareMasks`. */
type Terms = Partial<
  Pick<
    MaskComparison,
    | 'definition'
    | 'tolerance'
    | 'surface'
    | 'surfaceDiceOf'
    | 'connectivity'
    | 'distanceMetric'
    | 'emptyPolicy'
  >
>;

/** One metric's {@link Summary}, with the terms that its numbers depend on. */
export interface MetricSummary extends Summary, Terms {}

const DISTANCE = ['connectivity', 'distanceMetric', 'emptyPolicy'] as const;
const MEAN = ['surface', ...DISTANCE] as const;
const TERMS: Partial<Record<MetricName, readonly (keyof Terms)[]>> = {
  hausdorff: DISTANCE,
  hausdorff95: ['definition', ...DISTANCE],
  meanAbsoluteDistance: MEAN,
  masd: MEAN,
  asdPredToGt: MEAN,
  asdGtToPred: MEAN,
  surfaceDice: ['tolerance', 'surfaceDiceOf', 'connectivity', 'distanceMetric'],
};

/**
 * A summary of every metric that comparisons hold, with the reason for each undefined value taken from
 * which mask was empty. Each summary repeats the terms of its numbers (`hausdorff95` its `definition`, `surfaceDice` its
 * `tolerance`, ...), which are to be one for all comparisons. Neither checked nor repeated is what differs from scan to scan:
 * the spacing, `boundaryIou`'s band, and how much a penalty is.
 *
 * @throws ClicksegError `invalid-option`, for numbers of different terms too: their mean would be of nothing; and for a metric
 *   that some comparisons hold and others do not
 */
export function summarizeComparisons(
  comparisons: readonly MaskComparison[],
  options: Omit<SummarizeOptions, 'reasons'>,
): Partial<Record<MetricName, MetricSummary>> {
  const reasons = listOfObjects(comparisons, 'summarizeComparisons').map((c) => EMPTY_REASONS[c.empty]);
  const summaries: Partial<Record<MetricName, MetricSummary>> = {};
  for (const metric of METRICS) {
    const holding = comparisons.filter((c) => c[metric] !== undefined);
    if (holding.length === 0) continue;
    if (holding.length < comparisons.length) {
      const some = `${holding.length} of ${comparisons.length} comparisons`;
      throw new ClicksegError('invalid-option', `summarizeComparisons: ${some} hold ${metric}`);
    }
    // Of comparisons that were read from JSON, where NaN is null.
    const values = comparisons.map((c) => c[metric] ?? Number.NaN);
    const terms = commonTerms(holding, TERMS[metric] ?? [], metric);
    // Whatever is empty beside it: a reference that fills the image has no background to be specific about.
    const why = metric === 'specificity' ? reasons.map(() => 'reference full') : reasons;
    summaries[metric] = { ...summarize(values, { ...options, reasons: why }), ...terms };
  }
  return summaries;
}

/** @throws ClicksegError `invalid-option` where a term has two values */
function commonTerms(
  comparisons: readonly MaskComparison[],
  names: readonly (keyof Terms)[],
  metric: MetricName,
) {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    for (const { [name]: value } of comparisons) {
      // A comparison that somebody stored may not say.
      if (value === undefined) continue;
      found[name] ??= value;
      if (found[name] === value) continue;
      throw new ClicksegError(
        'invalid-option',
        `summarizeComparisons: ${metric} under ${name} ${describe(found[name])} and ${describe(value)} is not one metric`,
      );
    }
  }
  return found as Terms;
}
