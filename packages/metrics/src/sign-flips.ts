import { seeded } from './random.ts';

/** Up to so many values every pattern of signs is counted: two halves of 2^15 sums each. */
const EXACT = 30;
// Sums of the same numbers in another order differ in their last bits.
const ROUNDING = 1e-12;

/**
 * The share of all patterns of signs under which the sum of the values lies at least as far from 0 as it does: the two-sided
 * permutation test of paired samples. Exact for up to {@link EXACT} values; of `draws` patterns beyond, the one that is there
 * counted among them.
 */
export function signFlipP(values: Float64Array, seed: number, draws: number): number {
  const slack = ROUNDING * values.reduce((sum, v) => sum + Math.abs(v), 0);
  const far = Math.abs(values.reduce((sum, v) => sum + v, 0)) - slack;
  if (far <= 0) return 1;
  return values.length <= EXACT ? exactShare(values, far) : drawnShare(values, far, seed, draws);
}

/** Every sum of one half against all of the other, in order: 2^(n/2) searches instead of 2^n sums. */
function exactShare(values: Float64Array, far: number): number {
  const half = values.length >> 1;
  const [some, others] = [signedSums(values.subarray(0, half)), signedSums(values.subarray(half)).sort()];
  let above = 0;
  for (const sum of some) above += others.length - firstAtLeast(others, far - sum);
  // Every pattern has its opposite, as far below 0.
  return (2 * above) / 2 ** values.length;
}

function drawnShare(values: Float64Array, far: number, seed: number, draws: number): number {
  const random = seeded(seed);
  let count = 1;
  for (let i = 0; i < draws; i++) {
    let sum = 0;
    for (const v of values) sum += random() < 0.5 ? v : -v;
    if (Math.abs(sum) >= far) count++;
  }
  return count / (draws + 1);
}

function signedSums(values: Float64Array): Float64Array {
  let sums = Float64Array.of(0);
  for (const v of values) {
    const next = new Float64Array(2 * sums.length);
    for (let i = 0; i < sums.length; i++) {
      next[2 * i] = sums[i] + v;
      next[2 * i + 1] = sums[i] - v;
    }
    sums = next;
  }
  return sums;
}

/** Index of the first of ascending values that is at least `bound`. */
function firstAtLeast(sorted: Float64Array, bound: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] >= bound) to = middle;
    else from = middle + 1;
  }
  return from;
}
