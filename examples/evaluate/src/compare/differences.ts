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
  /** Wilcoxon's signed-rank test, two-sided, of the patients' mean differences; of every structure for itself. */
  readonly pPatients: number;
  readonly pStructures: number;
}

/** Compares pairs in which both sides are defined; the others are counted in `difference.undefinedCount`. */
export function differenceOf(
  pairs: readonly Pair[],
  measure: keyof Scores,
  at: number,
  draws: Draws,
): Difference {
  const units = measure === 'dice' ? UNITS.score : UNITS.mm;
  const a: number[] = [];
  const b: number[] = [];
  const patients = new Map<string, { patient: string; sum: number; count: number; undefinedCount: number }>();
  for (const pair of pairs) {
    const key = `${pair.group}\n${pair.patient}`;
    const sums = patients.get(key) ?? { patient: key, sum: 0, count: 0, undefinedCount: 0 };
    patients.set(key, sums);
    const [x, y] = [pair.a[measure][at], pair.b[measure][at]];
    if (x === null || y === null) {
      sums.undefinedCount++;
      continue;
    }
    // In whole units: 0.3 - 0.2 and 0.2 - 0.1 are equal differences, which the test ranks alike, only there.
    const [whole, other] = [Math.round(x * units), Math.round(y * units)];
    a.push(whole);
    b.push(other);
    sums.sum += whole - other;
    sums.count++;
  }
  const sums = [...patients.values()];
  const means = sums.filter(({ count }) => count > 0).map(({ sum, count }) => sum / count);
  const zeros = means.map(() => 0);
  return {
    a: mean(a) / units,
    b: mean(b) / units,
    difference: estimate(sums, units, draws),
    pPatients: wilcoxon(means, zeros).p,
    pStructures: wilcoxon(a, b).p,
  };
}

const mean = (list: readonly number[]): number => list.reduce((x, y) => x + y, 0) / list.length;
