import { ClicksegError } from '@clickseg/raster';
import { numbersOf } from './numbers.ts';
import { type BootstrapOptions, bootstrapInterval, checkBootstrap } from './random.ts';
import { signFlipP } from './sign-flips.ts';

/** What {@link pairedBootstrap} found. */
export interface PairedBootstrap {
  /** Pairs with both values finite. */
  readonly count: number;
  /** Pairs left out because a value was not: a missed case among them, unless its distance is a `{ penalty }`. */
  readonly undefinedCount: number;
  /** Mean of a - b. */
  readonly difference: number;
  /** NaN for fewer than two pairs, of which no spread can be told. */
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly confidence: number;
  /**
   * Two-sided, that a and b could change places in any pair: the share of the patterns of signs under which the mean lies at
   * least as far from 0. Exact for up to 30 pairs, so never below 2 / 2^count; beyond, of `resamples` patterns.
   */
  readonly p: number;
}

/**
 * The mean difference of two methods on the same cases, with a bootstrap interval that resamples
 * cases, not values, so that what makes a case hard cancels. A percentile interval of few cases is too narrow; the p
 * is therefore not taken from it, but from the permutation test: `scipy.stats.permutation_test` of the mean difference with
 * `permutation_type='samples'`.
 *
 * A mean of infinite differences is none, so that pairs with one are left out: the method that misses a case gains by it. Compare
 * distances by `empty: { penalty }`, or by {@link wilcoxon}, which ranks infinite differences as the largest.
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
  const bootstrap = checkBootstrap(options, 'pairedBootstrap');
  const { differences, undefinedCount } = pairedDifferences(a, b, 'pairedBootstrap', Number.isFinite);
  const count = differences.length;
  return {
    count,
    undefinedCount,
    difference: differences.reduce((x, y) => x + y, 0) / count,
    ...bootstrapInterval(differences, bootstrap),
    p: count ? signFlipP(differences, bootstrap.seed, bootstrap.resamples) : Number.NaN,
  };
}

/** Those a - b that are kept, and how many are not. */
export function pairedDifferences(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  what: string,
  keeps: (difference: number) => boolean,
) {
  const [some, others] = [numbersOf(a, `${what}: a`), numbersOf(b, `${what}: b`)];
  if (some.length !== others.length) {
    throw new ClicksegError('shape-mismatch', `${what}: ${some.length} values against ${others.length}`);
  }
  const differences = some.map((v, i) => v - others[i]).filter(keeps);
  return { differences: Float64Array.from(differences), undefinedCount: some.length - differences.length };
}
