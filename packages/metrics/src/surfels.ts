import { type Crop, LEFT } from './crop.ts';
import type { MemoryBudget } from './memory.ts';
import { PointCollector, type PointSet } from './points.ts';

/**
 * The surface elements of a mask, as google-deepmind/surface-distance places them: on the grid
 * shifted by half a pixel, wherever the 2 x 2 (2 x 2 x 2) pixels around a grid point are neither all
 * inside nor all outside. A point's code holds those pixels as bits, the first in raster order
 * highest; {@link surfelWeights} turns codes into lengths or areas.
 */
export function surfelPoints(crop: Crop, dims: number, budget: MemoryBudget): PointSet {
  const { depth, height, width, row, plane, bytes } = crop;
  const solid = dims === 3;
  const collector = new PointCollector(solid ? depth + 1 : 1, height + 1, width + 1, true, budget);
  for (let z = 0; z < (solid ? depth + 1 : 1); z++) {
    for (let y = 0; y <= height; y++) {
      const { x: xs, code: codes, from } = collector.room();
      // The frame around the crop stands for the pixels beyond its edges.
      const at = z * plane + y * row + LEFT - 1;
      const to = solid
        ? scanCubes(bytes, at, width + 1, row, plane, xs, codes!, from)
        : scanSquares(bytes, at, width + 1, row, xs, codes!, from);
      collector.endRow(to);
    }
  }
  return collector.finish();
}

function scanSquares(
  m: Uint8Array,
  at: number,
  points: number,
  row: number,
  xs: Int32Array,
  codes: Uint8Array,
  from: number,
): number {
  let to = from;
  let code = (m[at] << 2) | m[at + row];
  for (let x = 0, i = at + 1; x < points; x++, i++) {
    // What was the right column becomes the left one.
    code = ((code & 5) << 1) | (m[i] << 2) | m[i + row];
    if (code !== 0 && code !== 15) {
      xs[to] = x;
      codes[to++] = code;
    }
  }
  return to;
}

function scanCubes(
  m: Uint8Array,
  at: number,
  points: number,
  row: number,
  plane: number,
  xs: Int32Array,
  codes: Uint8Array,
  from: number,
): number {
  let to = from;
  let code = (m[at] << 6) | (m[at + row] << 4) | (m[at + plane] << 2) | m[at + plane + row];
  for (let x = 0, i = at + 1; x < points; x++, i++) {
    code = ((code & 0x55) << 1) | (m[i] << 6) | (m[i + row] << 4) | (m[i + plane] << 2) | m[i + plane + row];
    if (code !== 0 && code !== 255) {
      xs[to] = x;
      codes[to++] = code;
    }
  }
  return to;
}
