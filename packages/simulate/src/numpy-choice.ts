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
  if (!(d >= 0 && d < WHOLE.length) || Math.floor(d) !== d) return Math.exp(d);
  if (WHOLE[0] === 0) fillPowers();
  return WHOLE[d];
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
  for (let i = 0; i < 8; i++) lanes[i] = p[from + i];
  const even = n - (n % 8);
  for (let i = 8; i < even; i++) lanes[i & 7] += p[from + i];
  const [a, b, c, d, e, f, g, h] = lanes;
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let i = even; i < n; i++) sum += p[from + i];
  return sum;
}

const lanes = new Float64Array(8);
