import { upperTail } from './normal.ts';
import { pairedDifferences } from './paired.ts';

/** What {@link wilcoxon} found. */
export interface WilcoxonResult {
  /** The smaller of the two rank sums, as SciPy's two-sided statistic. */
  readonly statistic: number;
  /** Two-sided. 1 where no pair differs. */
  readonly p: number;
  /** Pairs that differ; pairs that do not are left out, as Wilcoxon did. */
  readonly count: number;
  /** Pairs left out because they do not differ. */
  readonly ties: number;
  /** Pairs left out because a value was not finite. */
  readonly undefinedCount: number;
  readonly method: 'exact' | 'normal';
}

/**
 * Wilcoxon's signed-rank test, two-sided, of two methods on the same cases. Exact for up to 50 pairs
 * without equal differences; otherwise the normal approximation with the correction for ties and
 * without one for continuity: `scipy.stats.wilcoxon(a, b)` with the method of the same name.
 *
 * @param a - one method's values, a case each
 * @param b - the other's, in the same order
 * @throws ClicksegError `shape-mismatch` for lists of different length
 */
export function wilcoxon(a: ArrayLike<number>, b: ArrayLike<number>): WilcoxonResult {
  const { differences, undefinedCount } = pairedDifferences(a, b, 'wilcoxon');
  const kept = differences.filter((d) => d !== 0);
  const n = kept.length;
  const ties = differences.length - n;
  const { plus, minus, tieSum } = rankSums(kept);
  const statistic = Math.min(plus, minus);
  const method = n <= 50 && tieSum === 0 && ties === 0 ? 'exact' : 'normal';
  const p = n === 0 ? 1 : method === 'exact' ? exactP(statistic, n) : normalP(statistic, n, tieSum);
  return { statistic, p, count: n, ties, undefinedCount, method };
}

function rankSums(kept: Float64Array): { plus: number; minus: number; tieSum: number } {
  const bySize = Array.from(kept).sort((x, y) => Math.abs(x) - Math.abs(y));
  let plus = 0;
  let minus = 0;
  let tieSum = 0;
  for (let i = 0; i < bySize.length; ) {
    let end = i + 1;
    while (end < bySize.length && Math.abs(bySize[end]) === Math.abs(bySize[i])) end++;
    // Equal sizes share the mean of their ranks.
    const rank = (i + 1 + end) / 2;
    for (let k = i; k < end; k++) {
      if (bySize[k] > 0) plus += rank;
      else minus += rank;
    }
    const t = end - i;
    tieSum += t ** 3 - t;
    i = end;
  }
  return { plus, minus, tieSum };
}

/** Twice the share of the 2^n sign patterns whose rank sum is at most the statistic. */
function exactP(statistic: number, n: number): number {
  const most = (n * (n + 1)) / 2;
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let s = most; s >= rank; s--) ways[s] += ways[s - rank];
  }
  let below = 0;
  for (let s = 0; s <= statistic; s++) below += ways[s];
  return Math.min(1, (2 * below) / 2 ** n);
}

function normalP(statistic: number, n: number, tieSum: number): number {
  const mean = (n * (n + 1)) / 4;
  const variance = (n * (n + 1) * (2 * n + 1) - tieSum / 2) / 24;
  return Math.min(1, 2 * upperTail(Math.abs(statistic - mean) / Math.sqrt(variance)));
}
