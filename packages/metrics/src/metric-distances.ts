import type { PointSet } from './points.ts';

/**
 * As `nearestDistances`, by the chessboard or city-block metric on axes scaled by the spacing.
 * Rows are tried outwards; these metrics are rarely asked for, so there is no further machinery.
 */
export function metricDistances(
  from: PointSet,
  to: PointSet,
  spacing: readonly number[],
  metric: 'chessboard' | 'city-block',
): Float64Array {
  const out = new Float64Array(from.count).fill(Number.POSITIVE_INFINITY);
  if (to.count === 0) return out;
  const { depth, height } = from;
  const [sz, sy, sx] = spacing;
  const join = metric === 'chessboard' ? Math.max : (a: number, b: number) => a + b;
  for (let row = 0; row < depth * height; row++) {
    const z = Math.floor(row / height);
    const y = row - z * height;
    for (let i = from.start[row]; i < from.start[row + 1]; i++) {
      let best = Number.POSITIVE_INFINITY;
      for (let dz = 0; dz < depth && dz * sz < best; dz++) {
        for (let dy = 0; dy < height; dy++) {
          const across = join(dz * sz, dy * sy);
          if (across >= best) break;
          for (const tz of dz ? [z - dz, z + dz] : [z]) {
            for (const ty of dy ? [y - dy, y + dy] : [y]) {
              if (tz < 0 || tz >= depth || ty < 0 || ty >= height) continue;
              best = Math.min(best, join(across, sx * gapInRow(to, tz * height + ty, from.x[i])));
            }
          }
        }
      }
      out[i] = best;
    }
  }
  return out;
}

function gapInRow(to: PointSet, row: number, x: number): number {
  let lo = to.start[row];
  let hi = to.start[row + 1];
  const first = lo;
  const stop = hi;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (to.x[mid] < x) lo = mid + 1;
    else hi = mid;
  }
  const right = lo < stop ? to.x[lo] - x : Number.POSITIVE_INFINITY;
  const left = lo > first ? x - to.x[lo - 1] : Number.POSITIVE_INFINITY;
  return Math.min(left, right);
}
