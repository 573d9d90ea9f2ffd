import { wilcoxon } from '@clickseg/metrics';
import { UNITS } from '../run/record.ts';
import { type Draws, type Estimate, estimate } from '../tally/estimate.ts';
import type { Pair, Scores } from './pairs.ts';

/** How two sides differ in one measure after one number of clicks. */
export interface Difference {
  readonly a: number;
  readonly b: number;
  /** Mean of a - b, with its interval from drawing patients. */
  readonly difference: Estimate;
  /** Pairs that are in no mean. */
  readonly missed: Missed;
  /**
   * Wilcoxon's signed-rank test, two-sided, of the patients' mean differences; of every structure for itself. The latter ranks
   * a structure that one side missed as the largest difference; the former, of means, is NaN where there is one.
   */
  readonly pPatients: number;
  readonly pStructures: number;
  /** The side that the latter's ranks speak for: where one missed, the means may speak for the other. */
  readonly ranksFor: 'A' | 'B' | undefined;
}

/** In how many pairs a side has no mask to measure a distance to: A alone, B alone, both. */
export interface Missed {
  readonly a: number;
  readonly b: number;
  readonly both: number;
}

/** Compares pairs: means are of those that both sides define, for the others and the tests see {@link Difference}. */
export function differenceOf(
  pairs: readonly Pair[],
  measure: keyof Scores,
  at: number,
  draws: Draws,
): Difference {
  const units = measure === 'dice' ? UNITS.score : UNITS.mm;
  // In whole units: 0.3 - 0.2 and 0.2 - 0.1 are equal differences, which the test ranks alike, only there. What is left out is
  // to the good of the side that missed it: a miss is infinitely far, which ranks bear and no mean does.
  const whole = (value: number | null) =>
    value === null ? Number.POSITIVE_INFINITY : Math.round(value * units);
  const a: number[] = [];
  const b: number[] = [];
  const missed = { a: 0, b: 0, both: 0 };
  const patients = new Map<string, { patient: string; sum: number; count: number; undefinedCount: number }>();
  for (const pair of pairs) {
    const key = `${pair.group}\n${pair.patient}`;
    const sums = patients.get(key) ?? { patient: key, sum: 0, count: 0, undefinedCount: 0 };
    patients.set(key, sums);
    const [x, y] = [whole(pair.a[measure][at]), whole(pair.b[measure][at])];
    a.push(x);
    b.push(y);
    if (Number.isFinite(x) && Number.isFinite(y)) {
      sums.sum += x - y;
      sums.count++;
    } else {
      sums.undefinedCount++;
      missed[Number.isFinite(x) ? 'b' : Number.isFinite(y) ? 'a' : 'both']++;
    }
  }
  const sums = [...patients.values()];
  const means = sums.filter(({ count }) => count > 0).map(({ sum, count }) => sum / count);
  const zeros = means.map(() => 0);
  const defined = (i: number) => Number.isFinite(a[i]) && Number.isFinite(b[i]);
  return {
    a: mean(a.filter((_, i) => defined(i))) / units,
    b: mean(b.filter((_, i) => defined(i))) / units,
    difference: estimate(sums, units, draws),
    missed,
    pPatients: missed.a + missed.b > 0 ? Number.NaN : wilcoxon(means, zeros).p,
    // It leaves out what has no difference: what both missed.
    pStructures: wilcoxon(a, b).p,
    ranksFor: better(measure === 'dice' ? signedRanks(a, b) : -signedRanks(a, b)),
  };
}

const better = (aOverB: number) => (aOverB > 0 ? 'A' : aOverB < 0 ? 'B' : undefined);

/** The sum of the ranks that Wilcoxon's test is of, each with its difference's sign. */
function signedRanks(a: readonly number[], b: readonly number[]): number {
  const size = (n: number) => Math.abs(differences[n]);
  const differences = a
    .map((value, i) => value - b[i])
    .filter((difference) => difference !== 0 && !Number.isNaN(difference))
    // Infinite ones are equal, though their difference is NaN.
    .sort((x, y) => (Math.abs(x) === Math.abs(y) ? 0 : Math.abs(x) - Math.abs(y)));
  let sum = 0;
  for (let n = 0; n < differences.length; ) {
    let end = n + 1;
    while (end < differences.length && size(end) === size(n)) end++;
    // Equal sizes share the mean of their ranks.
    const rank = (n + 1 + end) / 2;
    for (; n < end; n++) sum += Math.sign(differences[n]) * rank;
  }
  return sum;
}

const mean = (list: readonly number[]): number => list.reduce((x, y) => x + y, 0) / list.length;
