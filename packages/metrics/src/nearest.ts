import type { MemoryBudget } from './memory.ts';
import type { PointSet } from './points.ts';
import { sweepRemaining } from './sweep.ts';

/**
 * The Euclidean distance from every point of `from` to the nearest point of `to`, exact, in the order
 * of `from`; both sets lie on one lattice. `Infinity` everywhere where `to` is empty.
 *
 * Rows of the target are tried from the query's own row outwards until no row can be nearer, starting
 * from the distance to the previous query's answer: neighbours on a surface have neighbours as their
 * nearest points, so the first bound is nearly the answer. Where surfaces lie far apart that costs
 * more than a distance transform would; past a budget the slices' transforms take over.
 *
 * @param spacing - `[z, y, x]`
 * @throws ClicksegError `too-large` where the transforms would take more than is left of `memory`
 */
export function nearestDistances(
  from: PointSet,
  to: PointSet,
  spacing: readonly number[],
  memory: MemoryBudget,
): Float64Array {
  const out = new Float64Array(from.count);
  if (to.count === 0) return out.fill(Number.POSITIVE_INFINITY);
  const { depth, height, width } = from;
  // About what the sweep would cost instead.
  // Most slices are farther than the best distance so far, so the sweep skips them: an eighth of queries x slices.
  const budget = depth * height * width + (from.count * depth) / 8 + 65_536;
  const done = searchRows(from, to, spacing, out, budget);
  if (done < from.count) sweepRemaining(from, to, spacing, out, done, memory);
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(out[i]);
  return out;
}

/** Fills squared distances until the budget of row visits is spent; returns how many queries are done. */
function searchRows(
  from: PointSet,
  to: PointSet,
  spacing: readonly number[],
  out: Float64Array,
  budget: number,
): number {
  const { depth, height } = from;
  const [sz, sy, sx] = spacing;
  const { start, x: tx } = to;
  const zz = squares(depth, sz);
  const yy = squares(height, sy);
  const xx = squares(from.width, sx);
  let bestX = tx[0];
  let bestRow = firstRow(start);
  let visits = 0;
  for (let row = 0, z = 0, y = 0; row < depth * height; row++) {
    for (let i = from.start[row], end = from.start[row + 1]; i < end; i++) {
      const x = from.x[i];
      const bz = (bestRow / height) | 0;
      const bx = bestX - x;
      let best =
        zz[bz < z ? z - bz : bz - z] + yy[Math.abs(bestRow - bz * height - y)] + xx[bx < 0 ? -bx : bx];
      for (let dz = 0; dz < depth && zz[dz] < best; dz++) {
        for (let side = dz === 0 ? 1 : 0; side < 2; side++) {
          const tz = side ? z + dz : z - dz;
          if (tz < 0 || tz >= depth) continue;
          const base = tz * height;
          const reach = Math.max(y, height - 1 - y);
          for (let dy = 0; dy <= reach; dy++) {
            const rowBest = zz[dz] + yy[dy];
            if (rowBest >= best) break;
            visits++;
            for (let half = dy === 0 ? 1 : 0; half < 2; half++) {
              const ty = half ? y + dy : y - dy;
              if (ty < 0 || ty >= height) continue;
              let lo = start[base + ty];
              const stop = start[base + ty + 1];
              if (lo === stop) continue;
              // Lower bound of x in the row: linear for the few columns most rows have.
              let hi = stop;
              while (hi - lo > 4) {
                const mid = (lo + hi) >>> 1;
                if (tx[mid] < x) lo = mid + 1;
                else hi = mid;
              }
              while (lo < hi && tx[lo] < x) lo++;
              if (lo < stop) {
                const d = rowBest + xx[tx[lo] - x];
                if (d < best) {
                  best = d;
                  bestX = tx[lo];
                  bestRow = base + ty;
                }
              }
              if (lo > start[base + ty]) {
                const d = rowBest + xx[x - tx[lo - 1]];
                if (d < best) {
                  best = d;
                  bestX = tx[lo - 1];
                  bestRow = base + ty;
                }
              }
            }
          }
        }
      }
      out[i] = best;
      if (visits > budget) return i + 1;
    }
    if (++y === height) {
      y = 0;
      z++;
    }
  }
  return from.count;
}

/** `(k * spacing)^2` for k below n: the axes' shares of a squared distance, as SciPy rounds them. */
export function squares(n: number, spacing: number): Float64Array {
  const out = new Float64Array(n);
  for (let k = 0; k < n; k++) out[k] = (k * spacing) ** 2;
  return out;
}

function firstRow(start: Int32Array): number {
  let row = 0;
  while (start[row + 1] === 0) row++;
  return row;
}
