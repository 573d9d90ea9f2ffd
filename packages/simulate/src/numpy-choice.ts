import { weightMemory } from './scratch.ts';

/**
 * What MONAI's `find_guidance` picks for the uniform number `u`, digit by digit:
 * `p = exp(d) - 1`, `p /= np.sum(p)`, `cdf = p.cumsum()`, `cdf /= cdf[-1]`, `searchsorted(cdf, u, 'right')`.
 *
 * Every rounding of NumPy's is repeated, its pairwise sum included: on a symmetric error a round `u`,
 * such as 0.5, falls between two pixels exactly, and the last digit decides which one it is.
 *
 * @param depths - distances of the candidates, in raster order
 * @returns a position in `depths`, or `undefined` where the sum overflows or is 0, as it does for MONAI
 */
export function numpyChoice(depths: Float64Array, u: number): number | undefined {
  const n = depths.length;
  const p = weightMemory(n);
  if (WHOLE[0] === 0) fillPowers();
  for (let i = 0; i < n; i++) p[i] = exponential(depths[i]) - 1;
  const total = pairwiseSum(p, 0, n);
  if (!Number.isFinite(total) || total === 0) return undefined;
  let sum = 0;
  for (let i = 0; i < n; i++) p[i] = sum += p[i] / total;
  // The first whose share exceeds u; the shares ascend, and so do they divided by their last.
  let [from, to] = [0, n];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (p[middle] / sum > u) to = middle;
    else from = middle + 1;
  }
  return from < n ? from : undefined;
}

const WHOLE = new Float64Array(710);

/** exp(d), correctly rounded for whole d: glibc's rounds so there, a browser's may miss by the last digit. */
function exponential(d: number): number {
  const whole = d | 0;
  return whole === d && whole >= 0 && whole < WHOLE.length ? WHOLE[whole] : Math.exp(d);
}

/** Powers of e as unevaluated sums of two doubles (Dekker 1971), good to 1e-29, then rounded once. */
function fillPowers(): void {
  const [eh, el] = [Math.E, 1.4456468917292502e-16];
  let [h, l] = [1, 0];
  for (let d = 0; d < WHOLE.length; d++) {
    WHOLE[d] = h + l;
    const high = h * eh;
    const [ah, bh] = [split(h), split(eh)];
    const [al, bl] = [h - ah, eh - bh];
    const low = al * bl - (high - ah * bh - al * bh - ah * bl) + (h * el + l * eh);
    h = high + low;
    l = low - (h - high);
  }
}

function split(a: number): number {
  const c = 134217729 * a;
  return c - (c - a);
}

/** NumPy's `pairwise_sum`: eight running sums up to 128 numbers, halves beyond. */
function pairwiseSum(p: Float64Array, from: number, n: number): number {
  if (n < 8) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += p[from + i];
    return sum;
  }
  if (n > 128) {
    const half = Math.floor(n / 2) - (Math.floor(n / 2) % 8);
    return pairwiseSum(p, from, half) + pairwiseSum(p, from + half, n - half);
  }
  // Variables, not an array: a sum that waits for memory at every step takes four times as long.
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  const even = from + n - (n % 8);
  for (let i = from; i < even; i += 8) {
    a += p[i];
    b += p[i + 1];
    c += p[i + 2];
    d += p[i + 3];
    e += p[i + 4];
    f += p[i + 5];
    g += p[i + 6];
    h += p[i + 7];
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let i = even; i < from + n; i++) sum += p[i];
  return sum;
}
