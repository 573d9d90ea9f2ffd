import { ClicksegError } from '@clickseg/raster';
import type { Volume } from './volume.ts';

/** Of a voxel, at the corners; headers round. */
const SLACK = 0.1;

/**
 * Checks that a label map lies where its image does: the eight corner voxels of both, by their affines, within a tenth of the
 * image's smallest voxel edge. Both are turned by their own headers: where those disagree, so do the pixels, and a map that NumPy
 * saved without its image's affine would be shown, or learnt, mirrored.
 *
 * @param name - of the case, for the message
 * @param image - in radiological view, as all of these readers give it
 * @param label - likewise
 * @throws ClicksegError `invalid-file` where they differ in shape, or lie apart: with the first such corner and both places in mm
 */
export function checkSamePlace(
  name: string,
  image: Pick<Volume, 'shape' | 'spacing' | 'affine'>,
  label: Pick<Volume, 'shape' | 'affine'>,
): void {
  checkSameShape(name, image, label);
  const most = SLACK * Math.min(image.spacing.x, image.spacing.y, image.spacing.z);
  // What is NaN lies nowhere.
  const found = cornersOf(image, label).find(({ apart }) => !(apart <= most));
  if (found === undefined) return;
  const { voxel, places } = found;
  const [a, b] = places.map((place) => `[${place.map((mm) => Number(mm.toFixed(2))).join(', ')}]`);
  throw new ClicksegError(
    'invalid-file',
    `${name}: image and label map lie apart: voxel [${voxel}] at ${a} and ${b} mm; save the label map with its image's affine`,
  );
}

/**
 * How far a label map lies from its image where they lie farthest apart, mm: at one of the eight corner voxels.
 * @param image - in radiological view, as all of these readers give it
 * @param label - of the same shape
 */
export function farthestApart(
  image: Pick<Volume, 'shape' | 'affine'>,
  label: Pick<Volume, 'affine'>,
): number {
  return Math.max(...cornersOf(image, label).map(({ apart }) => apart));
}

/** The corner voxels (x, y, z), where both have them, and how far from each other, mm. */
function cornersOf({ shape, affine: one }: Pick<Volume, 'shape' | 'affine'>, other: Pick<Volume, 'affine'>) {
  const last = shape.map((n) => n - 1);
  return Array.from({ length: 8 }, (_, corner) => {
    // The affine takes x, y, z.
    const voxel = [2, 1, 0].map((axis, bit) => ((corner >> bit) & 1 ? (last[axis] as number) : 0));
    const places = [one, other.affine].map((affine) =>
      [0, 1, 2].map((row) =>
        voxel.reduce((sum, n, axis) => sum + (affine[row]?.[axis] ?? 0) * n, affine[row]?.[3] ?? 0),
      ),
    ) as [number[], number[]];
    const [a, b] = places;
    return { voxel, places, apart: Math.hypot(...a.map((mm, axis) => mm - (b[axis] as number))) };
  });
}

/** @throws ClicksegError `invalid-file` with both shapes */
export function checkSameShape(
  name: string,
  image: Pick<Volume, 'shape'>,
  label: Pick<Volume, 'shape'>,
): void {
  if (image.shape.every((n, axis) => n === label.shape[axis])) return;
  throw new ClicksegError(
    'invalid-file',
    `${name}: image [${image.shape}] and label map [${label.shape}] differ in shape`,
  );
}
