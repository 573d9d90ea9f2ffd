/** The p-th percentile (0 to 100) with linear interpolation, as NumPy's default and torch.quantile. */
export function percentile(values: Float64Array, p: number): number {
  return percentileInPlace(values.slice(), p);
}

/** Lists longer than this, together, are not copied: the copy would be the most that a volume takes. */
const COPIED = 1 << 22;

/** The p-th percentile of several lists taken together, distances of at least 0; changes none of them. */
export function percentileOfLists(lists: readonly Float64Array[], p: number): number {
  const n = lists.reduce((sum, list) => sum + list.length, 0);
  if (n > COPIED) return percentileByDigits(lists, n, p);
  const all = new Float64Array(n);
  lists.reduce((at, list) => {
    all.set(list, at);
    return at + list.length;
  }, 0);
  return percentileInPlace(all, p);
}

/**
 * The same by counting: the bits of doubles of at least 0 sort as whole numbers do, so that four rounds of
 * counting 16 bits each find the k-th without moving any.
 */
export function percentileByDigits(lists: readonly Float64Array[], n: number, p: number): number {
  const at = (p / 100) * (n - 1);
  const below = Math.floor(at);
  const found = new Float64Array(1);
  const digits = new Uint16Array(found.buffer);
  let left = below;
  for (let digit = 3; digit >= 0; digit--) {
    const counts = new Uint32Array(1 << 16);
    for (const list of lists) countDigits(list, digits, digit, counts);
    let d = 0;
    while (left >= counts[d]) left -= counts[d++];
    digits[digit] = d;
  }
  const a = found[0];
  if (below === at || below + 1 >= n) return a;
  let upTo = 0;
  let b = Number.POSITIVE_INFINITY;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      if (list[i] <= a) upTo++;
      else if (list[i] < b) b = list[i];
    }
  }
  return upTo > below + 1 ? a : a + (b - a) * (at - below);
}

/** Counts the values of one 16-bit digit, among the numbers that agree with `prefix` in all higher ones. */
function countDigits(list: Float64Array, prefix: Uint16Array, digit: number, counts: Uint32Array): void {
  const bits = new Uint16Array(list.buffer, list.byteOffset, 4 * list.length);
  for (let i = digit; i < bits.length; i += 4) {
    let same = true;
    for (let k = 1; k < 4 - digit && same; k++) same = bits[i + k] === prefix[digit + k];
    if (same) counts[bits[i]]++;
  }
}

/** As {@link percentile}; reorders its input. */
export function percentileInPlace(values: Float64Array, p: number): number {
  const n = values.length;
  const at = (p / 100) * (n - 1);
  const below = Math.floor(at);
  const a = select(values, below);
  if (below === at || below + 1 >= n) return a;
  // The next one up is the least of what the selection left above.
  let b = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < n; i++) if (values[i] < b) b = values[i];
  return a === b ? a : a + (b - a) * (at - below);
}

/** Hoare's selection: afterwards `v[k]` is the k-th least, with nothing larger before it. */
function select(v: Float64Array, k: number): number {
  let lo = 0;
  let hi = v.length - 1;
  let seed = 1;
  while (lo < hi) {
    // Anywhere, the same at every call: the middle takes quadratic time of a list that rises and falls, as a line's distances do.
    seed = (48_271 * seed) % 0x7fffffff;
    const pivot = v[lo + (seed % (hi - lo + 1))];
    let i = lo;
    let j = hi;
    while (i <= j) {
      while (v[i] < pivot) i++;
      while (v[j] > pivot) j--;
      if (i <= j) {
        const t = v[i];
        v[i++] = v[j];
        v[j--] = t;
      }
    }
    if (k <= j) hi = j;
    else if (k >= i) lo = i;
    else break;
  }
  return v[k];
}

/**
 * The least value whose share of the total weight, summed in order, reaches p percent: no
 * interpolation, as surface-distance's robust Hausdorff. Where a share meets p exactly the last bit of
 * the sums decides, so they are summed in NumPy's order.
 */
export function weightedPercentile(values: Float64Array, weights: Float64Array, p: number): number {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort((a, b) => values[a] - values[b] || weights[a] - weights[b]);
  const sorted = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) sorted[i] = weights[order[i]];
  const total = pairwiseSum(sorted, 0, sorted.length);
  for (let i = 0, sum = 0; i < order.length; i++) {
    sum += sorted[i];
    if (sum / total >= p / 100) return values[order[i]];
  }
  return values[order[order.length - 1]];
}

/** NumPy's pairwise summation. */
export function pairwiseSum(v: Float64Array, from: number, n: number): number {
  if (n < 8) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += v[from + i];
    return sum;
  }
  if (n <= 128) {
    const r = v.slice(from, from + 8);
    let i = 8;
    for (; i + 8 <= n; i += 8) for (let k = 0; k < 8; k++) r[k] += v[from + i + k];
    let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
    for (; i < n; i++) sum += v[from + i];
    return sum;
  }
  const half = (n >>> 1) - ((n >>> 1) % 8);
  return pairwiseSum(v, from, half) + pairwiseSum(v, from + half, n - half);
}
