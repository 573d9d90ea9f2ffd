import { ClicksegError } from '@clickseg/raster';
import { percentile } from './percentile.ts';
import { type BootstrapOptions, bootstrapMeans, checkBootstrap } from './random.ts';

/** What {@link pairedBootstrap} found. */
export interface PairedBootstrap {
  /** Pairs with both values finite. */
  readonly count: number;
  /** Pairs left out because a value was not. */
  readonly undefinedCount: number;
  /** Mean of a - b. */
  readonly difference: number;
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly confidence: number;
  /** Twice the smaller share of resampled means on one side of 0, at most 1 and at least 1 / resamples. */
  readonly p: number;
}

/**
 * The mean difference of two methods on the same cases, with a bootstrap interval that resamples
 * cases, not values, so that what makes a case hard cancels.
 *
 * @param a - one method's values, a case each
 * @param b - the other's, in the same order
 * @throws ClicksegError `invalid-option`; `shape-mismatch` for lists of different length
 */
export function pairedBootstrap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: BootstrapOptions = {},
): PairedBootstrap {
  const { seed, resamples, confidence } = checkBootstrap(options, 'pairedBootstrap');
  const { differences, undefinedCount } = pairedDifferences(a, b, 'pairedBootstrap');
  const count = differences.length;
  const means = bootstrapMeans(differences, seed, count ? resamples : 1);
  const below = means.filter((m) => m <= 0).length / means.length;
  const above = means.filter((m) => m >= 0).length / means.length;
  const tail = 50 * (1 - confidence);
  const p = Math.min(1, Math.max(2 * Math.min(below, above), 1 / means.length));
  return {
    count,
    undefinedCount,
    difference: differences.reduce((x, y) => x + y, 0) / count,
    ciLow: percentile(means, tail),
    ciHigh: percentile(means, 100 - tail),
    confidence,
    p: count ? p : Number.NaN,
  };
}

/** a - b of the pairs whose values are both finite, and how many are not. */
export function pairedDifferences(a: ArrayLike<number>, b: ArrayLike<number>, what: string) {
  if (a.length !== b.length) {
    throw new ClicksegError('shape-mismatch', `${what}: ${a.length} values against ${b.length}`);
  }
  const differences: number[] = [];
  for (let i = 0; i < a.length; i++) {
    if (Number.isFinite(a[i]) && Number.isFinite(b[i])) differences.push(a[i] - b[i]);
  }
  return { differences: Float64Array.from(differences), undefinedCount: a.length - differences.length };
}
