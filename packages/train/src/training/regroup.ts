import type { Extent, Structure } from './crop.ts';
import type { TrainingSample } from './sample.ts';

// A structure's partners come from so many of its nearest.
const NEAREST = 5;

/**
 * A structure together with one or two labels near it: outlines that are real, of a structure that no label names, so
 * that a scan with many labels shows more than itself, and structures of several pieces come up.
 *
 * @returns the labels and the box of all; the structure alone where the slice has no other
 */
export function withNeighbours(
  structure: Structure,
  beside: readonly Structure[],
  random: () => number,
): { readonly ids: readonly number[]; readonly box: Extent } {
  const others = beside.filter(({ id }) => id !== structure.id);
  const near = others
    .map((other) => ({ other, distance: between(structure.box, other.box) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST);
  const ids = [structure.id];
  let { box } = structure;
  const partners = 1 + Math.floor(2 * random());
  for (let i = 0; i < partners && near.length > 0; i++) {
    const [{ other }] = near.splice(Math.floor(random() * near.length), 1);
    ids.push(other.id);
    box = around(box, other.box);
  }
  return { ids, box };
}

/** Squared distance of two boxes' centres. */
function between(a: Extent, b: Extent): number {
  const along = (axis: 0 | 1) => (a[axis] + a[axis + 2] - b[axis] - b[axis + 2]) / 2;
  return along(0) ** 2 + along(1) ** 2;
}

function around(a: Extent, b: Extent): Extent {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/**
 * One side of a straight line through a structure, as where an annotator ends what the image does not: one segment of
 * an organ, one level of a vessel. Which side, and how far in the line runs, is drawn; a side may be small or nearly all.
 *
 * @returns the same image; the structure as it is where no pixel is marked
 */
export function partOf(
  { image, target }: TrainingSample,
  [h, w]: readonly [number, number],
  random: () => number,
): TrainingSample {
  const angle = 2 * Math.PI * random();
  const [dy, dx] = [Math.sin(angle), Math.cos(angle)];
  let [least, most] = [Infinity, -Infinity];
  for (let y = 0, k = 0; y < h; y++) {
    for (let x = 0; x < w; x++, k++) {
      if (target[k] === 0) continue;
      const along = dy * y + dx * x;
      least = Math.min(least, along);
      most = Math.max(most, along);
    }
  }
  const edge = least + (0.25 + 0.6 * random()) * (most - least);
  const part = Uint8Array.from(target);
  for (let y = 0, k = 0; y < h; y++) {
    for (let x = 0; x < w; x++, k++) if (dy * y + dx * x > edge) part[k] = 0;
  }
  return { image, target: part };
}
