import type { PointSet } from './points.ts';

/** Of each of a line's pixels the least over the line's pixels j of `near[j]` joined with the way to j; see the two below. */
type Spread = (near: Float64Array, step: number, out: Float64Array) => void;

/**
 * As `nearestDistances`, by the chessboard or city-block metric on axes scaled by the spacing.
 *
 * One transform a slice of the target, linear in its pixels but for a logarithm, then each query looks at every slice: no
 * arrangement of surfaces is slow. All of it in one order of sums, `k * spacing` by axis, so that both directions agree.
 */
export function metricDistances(
  from: PointSet,
  to: PointSet,
  spacing: readonly number[],
  metric: 'chessboard' | 'city-block',
): Float64Array {
  const out = new Float64Array(from.count).fill(Number.POSITIVE_INFINITY);
  const { depth, height, width } = from;
  const join = metric === 'chessboard' ? Math.max : (a: number, b: number) => a + b;
  const spread = metric === 'chessboard' ? spreadByMaximum() : spreadBySum;
  const field = new Float64Array(height * width);
  for (let tz = 0; tz < depth; tz++) {
    if (to.start[tz * height] === to.start[(tz + 1) * height]) continue;
    planeField(to, tz, spacing, spread, field);
    for (let row = 0; row < depth * height; row++) {
      const z = Math.floor(row / height);
      const along = Math.abs(tz - z) * spacing[0];
      const base = (row - z * height) * width;
      for (let i = from.start[row]; i < from.start[row + 1]; i++) {
        const distance = join(along, field[base + from.x[i]]);
        if (distance < out[i]) out[i] = distance;
      }
    }
  }
  return out;
}

/** Distances of a slice's pixels to the target's points on it. */
function planeField(
  to: PointSet,
  z: number,
  [, sy, sx]: readonly number[],
  spread: Spread,
  field: Float64Array,
): void {
  const { height, width } = to;
  for (let y = 0; y < height; y++) {
    const line = field.subarray(y * width, (y + 1) * width).fill(Number.POSITIVE_INFINITY);
    const row = z * height + y;
    for (let i = to.start[row]; i < to.start[row + 1]; i++) line[to.x[i]] = 0;
    spreadBySum(line, sx, line);
  }
  const [column, result] = [new Float64Array(height), new Float64Array(height)];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) column[y] = field[y * width + x];
    spread(column, sy, result);
    for (let y = 0; y < height; y++) field[y * width + x] = result[y];
  }
}

/** `near[j] + |i - j| * step`: to either side the best j so far stays the best. */
function spreadBySum(near: Float64Array, step: number, out: Float64Array): void {
  const n = near.length;
  const values = near === out ? near.slice() : near;
  out.fill(Number.POSITIVE_INFINITY);
  for (const [first, turn] of [
    [0, 1],
    [n - 1, -1],
  ]) {
    let best = -1;
    for (let k = 0, i = first; k < n; k++, i += turn) {
      if (values[i] < Infinity && (best < 0 || values[i] <= values[best] + Math.abs(i - best) * step))
        best = i;
      if (best >= 0) out[i] = Math.min(out[i], values[best] + Math.abs(i - best) * step);
    }
  }
}

/**
 * `max(near[j], |i - j| * step)`. Going away from i only values below all nearer ones can be better: they fall while the way
 * grows, and the least maximum is where the two cross.
 */
function spreadByMaximum(): Spread {
  let falling = new Int32Array(0);
  return (near, step, out) => {
    const n = near.length;
    if (falling.length < n) falling = new Int32Array(n);
    out.fill(Number.POSITIVE_INFINITY);
    for (const [first, turn] of [
      [0, 1],
      [n - 1, -1],
    ]) {
      let count = 0;
      for (let k = 0, i = first; k < n; k++, i += turn) {
        if (near[i] < Infinity) {
          while (count > 0 && near[falling[count - 1]] >= near[i]) count--;
          falling[count++] = i;
        }
        // The farthest entry whose way is no longer than its value: from there on values decide, beyond it ways do.
        let [lo, hi] = [0, count];
        while (lo < hi) {
          const mid = (lo + hi) >>> 1;
          if (Math.abs(i - falling[mid]) * step <= near[falling[mid]]) hi = mid;
          else lo = mid + 1;
        }
        if (lo < count) out[i] = Math.min(out[i], near[falling[lo]]);
        if (lo > 0) out[i] = Math.min(out[i], Math.abs(i - falling[lo - 1]) * step);
      }
    }
  };
}
