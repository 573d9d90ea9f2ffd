import type { Crop } from './crop.ts';
import { PointCollector, type PointSet } from './points.ts';

/**
 * Which neighbours a border pixel may miss: 1 those that share a face (MedPy's and MONAI's default),
 * 2 also an edge (a corner in 2-D), 3 also a corner in 3-D.
 */
export type Connectivity = 1 | 2 | 3;

/**
 * The border pixels of a mask: inside, with at least one neighbour outside. This is
 * `mask XOR binary_erosion(mask)`, the image's frame counting as outside (MedPy, MONAI).
 */
export function borderPoints(crop: Crop, dims: number, connectivity: Connectivity): PointSet {
  const { bytes, depth, height, width, row, plane } = crop;
  const steps = neighbourSteps(crop, dims, connectivity);
  const collector = new PointCollector(depth, height, width, false);
  const flat = dims === 2 && connectivity === 1;
  const solid = dims === 3 && connectivity === 1;
  for (let z = 1; z <= depth; z++) {
    for (let y = 1; y <= height; y++) {
      const { x: xs, from } = collector.room();
      const at = z * plane + y * row + 1;
      let to = from;
      if (flat) to = scanFlat(bytes, at, width, row, xs, from);
      else if (solid) to = scanSolid(bytes, at, width, row, plane, xs, from);
      else to = scanAny(bytes, at, width, steps, xs, from);
      collector.endRow(to);
    }
  }
  return collector.finish();
}

function scanFlat(m: Uint8Array, at: number, width: number, row: number, xs: Int32Array, from: number) {
  let to = from;
  for (let x = 0, i = at; x < width; x++, i++) {
    if (m[i] !== 0 && (m[i - 1] & m[i + 1] & m[i - row] & m[i + row]) === 0) xs[to++] = x;
  }
  return to;
}

function scanSolid(
  m: Uint8Array,
  at: number,
  width: number,
  row: number,
  plane: number,
  xs: Int32Array,
  from: number,
) {
  let to = from;
  for (let x = 0, i = at; x < width; x++, i++) {
    if (m[i] === 0) continue;
    const all = m[i - 1] & m[i + 1] & m[i - row] & m[i + row] & m[i - plane] & m[i + plane];
    if (all === 0) xs[to++] = x;
  }
  return to;
}

function scanAny(
  m: Uint8Array,
  at: number,
  width: number,
  steps: readonly number[],
  xs: Int32Array,
  from: number,
) {
  let to = from;
  for (let x = 0, i = at; x < width; x++, i++) {
    if (m[i] === 0) continue;
    for (let k = 0; k < steps.length; k++) {
      if (m[i + steps[k]] === 0) {
        xs[to++] = x;
        break;
      }
    }
  }
  return to;
}

/** Index steps to the neighbours at a city-block distance of at most `connectivity`, within 3 x 3 (x 3). */
function neighbourSteps(crop: Crop, dims: number, connectivity: Connectivity): number[] {
  const steps: number[] = [];
  const reach = dims === 3 ? [-1, 0, 1] : [0];
  for (const z of reach) {
    for (const y of [-1, 0, 1]) {
      for (const x of [-1, 0, 1]) {
        const far = Math.abs(z) + Math.abs(y) + Math.abs(x);
        if (far > 0 && far <= connectivity) steps.push(z * crop.plane + y * crop.row + x);
      }
    }
  }
  return steps;
}
