import type { MemoryBudget } from './memory.ts';
import { squares } from './nearest.ts';
import type { PointSet } from './points.ts';

/**
 * Squared distances of the queries from index `done` on, by distance transforms: one slice of the
 * target at a time gets its exact 2-D field, and every query takes what that slice offers. Time is
 * bounded by the box, and by the queries times its slices; memory is that of three slices of doubles.
 */
export function sweepRemaining(
  from: PointSet,
  to: PointSet,
  spacing: readonly number[],
  out: Float64Array,
  done: number,
  memory: MemoryBudget,
): void {
  const { depth, height, width } = from;
  const [sz, sy, sx] = spacing;
  out.fill(Number.POSITIVE_INFINITY, done);
  const zz = squares(depth, sz);
  const pixels = height * width;
  memory.take(24 * pixels);
  const field = {
    nearestInRow: new Float64Array(pixels),
    across: new Float64Array(pixels),
    along: new Float64Array(pixels),
  };
  const { across, along } = field;
  const tools = columnTools(height);
  for (let tz = 0; tz < depth; tz++) {
    if (to.start[tz * height] === to.start[(tz + 1) * height]) continue;
    sliceField(to, tz, sy, sx, field, tools);
    for (let z = 0; z < depth; z++) {
      const away = zz[Math.abs(z - tz)];
      for (let y = 0; y < height; y++) {
        const row = z * height + y;
        for (let i = Math.max(done, from.start[row]), end = from.start[row + 1]; i < end; i++) {
          if (away >= out[i]) continue;
          const at = y * width + from.x[i];
          const d = away + across[at] + along[at];
          if (d < out[i]) out[i] = d;
        }
      }
    }
  }
  memory.give(24 * pixels);
}

/**
 * A slice's squared distances by axis, across rows and along them. They are added last, z first, as the search and SciPy do:
 * sums in another order differ in their last bit, and a tolerance that is met exactly would then be missed.
 */
interface SliceField {
  /** Squared distance to the nearest point of the same row, in rows that have one. */
  readonly nearestInRow: Float64Array;
  readonly across: Float64Array;
  readonly along: Float64Array;
}

interface ColumnTools {
  rows: Int32Array;
  centre: Int32Array;
  from: Float64Array;
}

const columnTools = (height: number): ColumnTools => ({
  rows: new Int32Array(height),
  centre: new Int32Array(height),
  from: new Float64Array(height + 1),
});

/** The exact squared field of one slice's points: along rows first, then the lower envelope of each column. */
function sliceField(
  to: PointSet,
  tz: number,
  sy: number,
  sx: number,
  field: SliceField,
  tools: ColumnTools,
): void {
  const { height, width, start, x: tx } = to;
  let filled = 0;
  for (let y = 0; y < height; y++) {
    const s = start[tz * height + y];
    const e = start[tz * height + y + 1];
    if (s === e) continue;
    tools.rows[filled++] = y;
    for (let x = 0, k = s; x < width; x++) {
      while (k + 1 < e && Math.abs(tx[k + 1] - x) <= Math.abs(tx[k] - x)) k++;
      field.nearestInRow[y * width + x] = ((tx[k] - x) * sx) ** 2;
    }
  }
  for (let x = 0; x < width; x++) columnField(x, width, height, filled, sy, field, tools);
}

// Felzenszwalb and Huttenlocher's lower envelope of parabolas, over the rows that hold points only.
function columnField(
  x: number,
  width: number,
  height: number,
  filled: number,
  sy: number,
  { nearestInRow: f, across, along }: SliceField,
  { rows, centre, from }: ColumnTools,
): void {
  const weight = sy * sy;
  let k = -1;
  for (let r = 0; r < filled; r++) {
    const y = rows[r];
    let cross = Number.NEGATIVE_INFINITY;
    while (k >= 0) {
      const c = centre[k];
      cross = (f[y * width + x] - f[c * width + x]) / (2 * weight * (y - c)) + (y + c) / 2;
      if (cross > from[k]) break;
      k--;
      cross = Number.NEGATIVE_INFINITY;
    }
    k++;
    centre[k] = y;
    from[k] = cross;
  }
  from[k + 1] = Number.POSITIVE_INFINITY;
  for (let y = 0, at = 0; y < height; y++) {
    while (from[at + 1] < y) at++;
    const c = centre[at];
    across[y * width + x] = ((y - c) * sy) ** 2;
    along[y * width + x] = f[c * width + x];
  }
}
