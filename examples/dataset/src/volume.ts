import {
  ClicksegError,
  type DenseRaster,
  type NamedSpacing,
  type NumericArray,
  raster,
} from '@clickseg/raster';
import type { DicomSource, StoredOrder } from './dicom-header.ts';
import type { NiftiGrid } from './nifti-grid.ts';

/** Row-major 4 x 4 matrix (the last row is 0 0 0 1). */
export type Affine = readonly (readonly number[])[];

/** A voxel grid: `[depth, height, width]` data in C order, in radiological view (see {@link orient}). */
export interface Volume<T extends NumericArray = NumericArray> {
  readonly data: T;
  readonly shape: readonly [depth: number, height: number, width: number];
  /** mm between voxel centres: x columns, y rows, z slices. */
  readonly spacing: Required<NamedSpacing>;
  /** From this volume's own voxel `(x, y, z)` to RAS+ mm (x to the patient's right ... z up). */
  readonly affine: Affine;
  /** The DICOM files it was read from. */
  readonly source?: DicomSource;
  /** The grid of the NIfTI file it was read from. */
  readonly grid?: NiftiGrid;
}

// Every way to say which stored axis becomes x, y and z.
const PERMUTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

// Which way each of our axes runs in RAS+ mm: x to the left, y to the back, z to the head.
const SIGN = [-1, -1, 1] as const;

/**
 * Turns stored voxels into the radiological view that every example uses: slices run from the feet to
 * the head, rows from front (anterior) to back, columns from the patient's right, which therefore lies
 * at the left of the picture, to the patient's left. Axes are only permuted and flipped; an oblique grid
 * keeps its voxels and gets the closest of the 48 orientations.
 *
 * @param data - `dims` product many voxels, first axis fastest
 * @param dims - number of voxels along the stored axes i, j, k
 * @param affine - from stored `(i, j, k)` to RAS+ mm
 * @returns the volume, and where in `data` its voxels were
 * @throws ClicksegError `invalid-file` where the affine is not finite or flat
 */
export function orient<T extends NumericArray>(
  data: T,
  dims: readonly [number, number, number],
  affine: Affine,
  what = 'volume',
): Volume<T> & { readonly order: StoredOrder } {
  const length = [0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  const alignment = (world: number, axis: number) => affine[world][axis] / length[axis];
  const score = (order: readonly number[]) =>
    order.reduce((sum, axis, world) => sum + Math.abs(alignment(world, axis)), 0);
  const order = PERMUTATIONS.reduce((best, next) => (score(next) > score(best) + 1e-9 ? next : best));
  if (!affine.flat().every(Number.isFinite) || Math.abs(determinant(affine, length)) < 1e-3) {
    throw new ClicksegError(
      'invalid-file',
      `${what}: its orientation [${affine.slice(0, 3).join(' | ')}] spans no volume`,
    );
  }
  const step = [1, dims[0], dims[0] * dims[1]];
  const flip = order.map((axis, world) => alignment(world, axis) * SIGN[world] < 0);
  const [width, height, depth] = order.map((axis) => dims[axis]);
  const [dx, dy, dz] = order.map((axis, world) => (flip[world] ? -step[axis] : step[axis]));
  const first = order.map((axis, world) => (flip[world] ? dims[axis] - 1 : 0));
  const start = order.reduce<number>((sum, axis, world) => sum + first[world] * step[axis], 0);
  const out = new (data.constructor as new (n: number) => T)(width * height * depth);
  for (let z = 0, at = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let from = start + z * dz + y * dy;
      for (let x = 0; x < width; x++, from += dx) out[at++] = data[from];
    }
  }
  const rows = [0, 1, 2].map((row) => {
    const columns = order.map((axis, world) => (flip[world] ? -affine[row][axis] : affine[row][axis]));
    const origin = order.reduce((sum, axis, world) => sum + affine[row][axis] * first[world], affine[row][3]);
    return [...columns, origin];
  });
  return {
    data: out,
    shape: [depth, height, width],
    spacing: { x: length[order[0]], y: length[order[1]], z: length[order[2]] },
    affine: [...rows, [0, 0, 0, 1]],
    order: { first: start, step: { x: dx, y: dy, z: dz } },
  };
}

/** The affine of a radiological volume without a stated position: voxel (0, 0, 0) at the RAS+ origin. */
export function radiologicalAffine(spacing: Required<NamedSpacing>): Affine {
  return [
    [-spacing.x, 0, 0, 0],
    [0, -spacing.y, 0, 0],
    [0, 0, spacing.z, 0],
    [0, 0, 0, 1],
  ];
}

/** Slice `z` of a volume as `[height, width]`, sharing its memory. */
export function sliceOf<T extends NumericArray>({ data, shape }: Volume<T>, z: number): DenseRaster<T> {
  const size = shape[1] * shape[2];
  return raster(data.subarray(z * size, (z + 1) * size) as T, [shape[1], shape[2]]);
}

/** Determinant of the direction cosines: 0 where two axes coincide, NaN where an axis has no length. */
function determinant(affine: Affine, length: readonly number[]): number {
  const [[a, b, c], [d, e, f], [g, h, i]] = affine.map((row) =>
    row.map((value, axis) => value / length[axis]),
  );
  const value = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return Number.isFinite(value) ? value : 0;
}
