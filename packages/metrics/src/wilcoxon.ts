import { upperTail } from './normal.ts';
import { pairedDifferences } from './paired.ts';

/** What {@link wilcoxon} found. */
export interface WilcoxonResult {
  /** The smaller of the two rank sums, as SciPy's two-sided statistic. */
  readonly statistic: number;
  /** Two-sided. 1 where no pair differs, NaN without pairs. */
  readonly p: number;
  /** Pairs that differ; pairs that do not are left out, as Wilcoxon did. */
  readonly count: number;
  /** Pairs left out because they do not differ. */
  readonly ties: number;
  /** Pairs left out because they have no difference: a value is NaN, or both are infinite. */
  readonly undefinedCount: number;
  readonly method: 'exact' | 'normal';
}

/**
 * Wilcoxon's signed-rank test, two-sided, of two methods on the same cases. Exact for up to 50 pairs that differ, equal
 * differences (which share the mean of their ranks) included; beyond, the normal approximation with the correction for
 * ties and without one for continuity. As `scipy.stats.wilcoxon(a, b)` but that SciPy, where differences are equal, is
 * exact for up to 13 pairs only and then approximates (its `method='asymptotic'`, which finds differences in five pairs that no
 * five pairs can show). An infinite difference, as where one method missed the structure under `empty: 'infinity'`, ranks as the
 * largest.
 *
 * @param a - one method's values, a case each
 * @param b - the other's, in the same order
 * @throws ClicksegError `shape-mismatch` for lists of different length
 */
export function wilcoxon(a: ArrayLike<number>, b: ArrayLike<number>): WilcoxonResult {
  const { differences, undefinedCount } = pairedDifferences(a, b, 'wilcoxon', (d) => !Number.isNaN(d));
  const kept = differences.filter((d) => d !== 0);
  const n = kept.length;
  const ties = differences.length - n;
  const { plus, minus, ranks, tieSum } = rankSums(kept);
  const statistic = Math.min(plus, minus);
  const method = n <= EXACT ? 'exact' : 'normal';
  const p = method === 'exact' ? exactP(statistic, ranks) : normalP(statistic, n, tieSum);
  return {
    statistic,
    p: differences.length === 0 ? Number.NaN : p,
    count: n,
    ties,
    undefinedCount,
    method,
  };
}

const EXACT = 50;

interface RankSums {
  readonly plus: number;
  readonly minus: number;
  /** Ascending; halves where differences are equal. */
  readonly ranks: readonly number[];
  readonly tieSum: number;
}

function rankSums(kept: Float64Array): RankSums {
  const bySize = Float64Array.from(kept).sort((x, y) => {
    const [p, q] = [Math.abs(x), Math.abs(y)];
    // Infinite ones are equal, though their difference is NaN.
    return p < q ? -1 : p > q ? 1 : 0;
  });
  const ranks: number[] = [];
  let plus = 0;
  let minus = 0;
  let tieSum = 0;
  for (let i = 0; i < bySize.length; ) {
    let end = i + 1;
    while (end < bySize.length && Math.abs(bySize[end]) === Math.abs(bySize[i])) end++;
    // Equal sizes share the mean of their ranks.
    const rank = (i + 1 + end) / 2;
    for (let k = i; k < end; k++) {
      ranks.push(rank);
      if (bySize[k] > 0) plus += rank;
      else minus += rank;
    }
    const t = end - i;
    tieSum += t ** 3 - t;
    i = end;
  }
  return { plus, minus, ranks, tieSum };
}

/** Twice the share of the 2^n sign patterns whose rank sum is at most the statistic; ranks are doubled to be whole. */
function exactP(statistic: number, ranks: readonly number[]): number {
  const n = ranks.length;
  const ways = new Float64Array(n * (n + 1) + 1);
  ways[0] = 1;
  for (const rank of ranks) {
    for (let s = ways.length - 1; s >= 2 * rank; s--) ways[s] += ways[s - 2 * rank];
  }
  let below = 0;
  for (let s = 0; s <= 2 * statistic; s++) below += ways[s];
  return Math.min(1, (2 * below) / 2 ** n);
}

function normalP(statistic: number, n: number, tieSum: number): number {
  const mean = (n * (n + 1)) / 4;
  const variance = (n * (n + 1) * (2 * n + 1) - tieSum / 2) / 24;
  return Math.min(1, 2 * upperTail(Math.abs(statistic - mean) / Math.sqrt(variance)));
}
