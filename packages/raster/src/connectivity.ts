import { ClicksegError } from './errors.ts';
import { describe } from './raster.ts';

/**
 * Which pixels touch: 4 (edges) or 8 (corners too) on a slice; 6 (faces), 18 (edges too) or
 * 26 (corners too) on a volume.
 */
export type Connectivity = 4 | 8 | 6 | 18 | 26;

const REACH = [
  [4, 8],
  [6, 18, 26],
] as const;

/**
 * Along how many axes at once a step may go: 1, 2 or 3.
 * @throws ClicksegError `invalid-option`
 */
export function reachOf(connectivity: Connectivity, dims: number, what: string): number {
  const known = REACH[dims - 2] as readonly number[];
  const reach = known.indexOf(connectivity) + 1;
  if (reach === 0) {
    throw new ClicksegError(
      'invalid-option',
      `${what}: connectivity ${describe(connectivity)} on ${dims} axes is none of ${known.join(', ')}`,
    );
  }
  return reach;
}

/** The steps `[dz, dy, dx]` to neighbours of a reach, those that come first in raster order only or all of them. */
export function stepsOf(reach: number, dims: number, which: 'earlier' | 'all'): [number, number, number][] {
  const steps: [number, number, number][] = [];
  for (let dz = dims === 3 ? -1 : 0; dz <= (dims === 3 ? 1 : 0); dz++) {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const axes = Math.abs(dz) + Math.abs(dy) + Math.abs(dx);
        const earlier = dz * 9 + dy * 3 + dx < 0;
        if (axes >= 1 && axes <= reach && (earlier || which === 'all')) steps.push([dz, dy, dx]);
      }
    }
  }
  return steps;
}
