import { type Crop, LEFT } from './crop.ts';
import type { MemoryBudget } from './memory.ts';
import { PointCollector, type PointSet } from './points.ts';

/**
 * Which neighbours a border pixel may miss: 1 those that share a face (MedPy's and MONAI's default),
 * 2 also an edge (a corner in 2-D), 3 also a corner in 3-D.
 */
export type BorderConnectivity = 1 | 2 | 3;

/**
 * The border pixels of a mask: inside, with at least one neighbour outside. This is
 * `mask XOR binary_erosion(mask)`, the image's frame counting as outside (MedPy, MONAI).
 */
export function borderPoints(
  crop: Crop,
  dims: number,
  connectivity: BorderConnectivity,
  budget: MemoryBudget,
): PointSet {
  const { depth, height, row, plane, width, first } = crop;
  const { steps, wordSteps } = neighbourSteps(crop, dims, connectivity);
  const collector = new PointCollector(depth, height, width, false, budget);
  for (let z = 0; z < depth; z++) {
    for (let y = 1; y <= height; y++) {
      const { x: xs, from } = collector.room();
      collector.endRow(scanRow(crop, first + z * plane + y * row + LEFT, steps, wordSteps, xs, from));
    }
  }
  return collector.finish();
}

const ONES = 0x01010101;

function scanRow(
  crop: Crop,
  at: number,
  steps: Int32Array,
  wordSteps: Int32Array,
  xs: Int32Array,
  from: number,
): number {
  const { bytes, words, width } = crop;
  let to = from;
  for (let x = 0, w = at >> 2; x < width; x += 4, w++) {
    const word = words[w];
    if (word === 0) continue;
    if (word === ONES) {
      let all = words[w - 1] & words[w + 1] & words[w + wordSteps[0]] & words[w + wordSteps[1]];
      for (let k = 2; k < wordSteps.length; k++) all &= words[w + wordSteps[k]];
      if (all === ONES) continue;
    }
    for (let i = at + x, end = i + 4; i < end; i++) {
      if (bytes[i] === 0) continue;
      let all = 1;
      for (let k = 0; k < steps.length; k++) all &= bytes[i + steps[k]];
      if (all === 0) xs[to++] = i - at;
    }
  }
  return to;
}

/**
 * Index steps to the neighbours at a city-block distance of at most `connectivity`, within 3 x 3 (x 3);
 * and in words, to every word of other rows that holds one: a word of ones amid words of ones has no
 * border pixel.
 */
function neighbourSteps(crop: Crop, dims: number, connectivity: BorderConnectivity) {
  const steps: number[] = [];
  const wordSteps: number[] = [];
  for (const z of dims === 3 ? [-1, 0, 1] : [0]) {
    for (const y of [-1, 0, 1]) {
      const line = z * crop.plane + y * crop.row;
      for (const x of [-1, 0, 1]) {
        const far = Math.abs(z) + Math.abs(y) + Math.abs(x);
        if (far === 0 || far > connectivity) continue;
        steps.push(line + x);
        if (line !== 0) wordSteps.push(line / 4 + x);
      }
    }
  }
  return { steps: Int32Array.from(steps), wordSteps: Int32Array.from(wordSteps) };
}
