import type { PointSet } from './points.ts';

/** Of each of a line's pixels the least over the line's pixels j of `near[j]` joined with the way to j; see the two below. */
type Spread = (near: Float64Array, step: number, out: Float64Array) => void;

/**
 * Pixels of a field that is kept at once: 16 MB, or one column of the volume if that is more. A volume of more is measured some
 * columns at a time.
 */
const FIELD = 1 << 21;

/**
 * As `nearestDistances`, by the chessboard or city-block metric on axes scaled by the spacing.
 *
 * Distance transforms of the target, one axis after the other, which each query then reads: linear in the box's pixels, but for a
 * logarithm, and no arrangement of surfaces is slow. All of it in one order of sums, `k * spacing` by axis, so that both
 * directions agree.
 */
export function metricDistances(
  from: PointSet,
  to: PointSet,
  spacing: readonly number[],
  metric: 'chessboard' | 'city-block',
): Float64Array {
  const out = new Float64Array(from.count).fill(Number.POSITIVE_INFINITY);
  if (to.count === 0) return out;
  const { depth, height, width } = from;
  const spread = metric === 'chessboard' ? spreadByMaximum() : spreadBySum;
  const columns = Math.max(1, Math.min(width, Math.floor(FIELD / (depth * height))));
  const field = new Float64Array(depth * height * columns);
  for (let first = 0; first < width; first += columns) {
    const slab = { first, columns: Math.min(columns, width - first) };
    alongRows(to, slab, spacing[2], field);
    alongColumns(to, slab, spacing[1], spread, field);
    if (depth > 1) acrossSlices(from, slab, spacing[0], spread, field);
    for (let row = 0; row < depth * height; row++) {
      const base = row * slab.columns - first;
      for (let i = from.start[row]; i < from.start[row + 1]; i++) {
        const x = from.x[i];
        if (x >= first && x < first + slab.columns) out[i] = field[base + x];
      }
    }
  }
  return out;
}

/** Columns of every row, `first` on. */
interface Slab {
  readonly first: number;
  readonly columns: number;
}

/** Fills the field with each pixel's distance to the nearest of the target's points on its own row. */
function alongRows(to: PointSet, { first, columns }: Slab, sx: number, field: Float64Array): void {
  const { depth, height, start, x: tx } = to;
  for (let row = 0, at = 0; row < depth * height; row++, at += columns) {
    const end = start[row + 1];
    if (start[row] === end) {
      field.fill(Number.POSITIVE_INFINITY, at, at + columns);
      continue;
    }
    for (let k = start[row], c = 0; c < columns; c++) {
      const x = first + c;
      while (k + 1 < end && Math.abs(tx[k + 1] - x) <= Math.abs(tx[k] - x)) k++;
      field[at + c] = Math.abs(tx[k] - x) * sx;
    }
  }
}

/** Spreads the distances over each slice's columns; a slice without points stays infinite. */
function alongColumns(
  to: PointSet,
  { columns }: Slab,
  sy: number,
  spread: Spread,
  field: Float64Array,
): void {
  const { depth, height, start } = to;
  const [near, result] = [new Float64Array(height), new Float64Array(height)];
  for (let z = 0; z < depth; z++) {
    if (start[z * height] === start[(z + 1) * height]) continue;
    for (let c = 0; c < columns; c++)
      spreadLine(field, z * height * columns + c, columns, sy, spread, near, result);
  }
}

/** Spreads them across the slices, where there is a query to read them. */
function acrossSlices(from: PointSet, slab: Slab, sz: number, spread: Spread, field: Float64Array): void {
  const { depth, height } = from;
  const plane = height * slab.columns;
  const asked = askedColumns(from, slab);
  const [near, result] = [new Float64Array(depth), new Float64Array(depth)];
  for (let at = 0; at < plane; at++) if (asked[at]) spreadLine(field, at, plane, sz, spread, near, result);
}

/** 1 where any slice has a query. */
function askedColumns(from: PointSet, { first, columns }: Slab): Uint8Array {
  const { depth, height, start, x: xs } = from;
  const asked = new Uint8Array(height * columns);
  for (let row = 0; row < depth * height; row++) {
    const base = (row % height) * columns;
    for (let i = start[row]; i < start[row + 1]; i++) {
      const c = xs[i] - first;
      if (c >= 0 && c < columns) asked[base + c] = 1;
    }
  }
  return asked;
}

/** Spreads one line of the field, of the two lists' length. */
function spreadLine(
  field: Float64Array,
  at: number,
  stride: number,
  step: number,
  spread: Spread,
  near: Float64Array,
  result: Float64Array,
): void {
  for (let i = 0, k = at; i < near.length; i++, k += stride) near[i] = field[k];
  spread(near, step, result);
  for (let i = 0, k = at; i < near.length; i++, k += stride) field[k] = result[i];
}

/** `near[j] + |i - j| * step`: to either side the best j so far stays the best. */
function spreadBySum(near: Float64Array, step: number, out: Float64Array): void {
  const n = near.length;
  out.fill(Number.POSITIVE_INFINITY);
  for (const [first, turn] of [
    [0, 1],
    [n - 1, -1],
  ]) {
    let best = -1;
    for (let k = 0, i = first; k < n; k++, i += turn) {
      if (near[i] < Infinity && (best < 0 || near[i] <= near[best] + Math.abs(i - best) * step)) best = i;
      if (best >= 0) out[i] = Math.min(out[i], near[best] + Math.abs(i - best) * step);
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
