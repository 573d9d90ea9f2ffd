import { ClicksegError, describe, type NumericArray } from '@clickseg/raster';
import { type NiftiGrid, toStored } from './nifti-grid.ts';
import type { Volume } from './volume.ts';

// NIfTI-1's code for each array type.
const CODES = new Map<unknown, number>([
  [Uint8Array, 2],
  [Uint8ClampedArray, 2],
  [Int8Array, 256],
  [Int16Array, 4],
  [Uint16Array, 512],
  [Int32Array, 8],
  [Uint32Array, 768],
  [Float32Array, 16],
  [Float64Array, 64],
]);

const HEADER = 352;

/** How {@link writeNifti} lays the voxels. */
export interface WriteOptions {
  /**
   * A file's own grid, `volume.grid` of {@link readNifti}: voxel (i, j, k) of what is written lies where that file
   * has its voxel (i, j, k), under the same header fields. Default: in the volume's own order, under its affine.
   */
  readonly grid?: NiftiGrid;
}

/**
 * Writes a volume, such as a label map, as an uncompressed NIfTI-1 file (.nii) with its affine as the
 * sform; what {@link readNifti} reads back is the same volume. Compress it with the platform's gzip.
 *
 * @throws ClicksegError `invalid-array` for data that do not fill the shape, `invalid-shape` for an axis
 * beyond NIfTI-1's 32,767 or a grid of another size
 */
export function writeNifti(
  { data, shape, spacing, affine }: Volume<NumericArray>,
  { grid }: WriteOptions = {},
): Uint8Array {
  const code = CODES.get(data.constructor);
  if (code === undefined || data.length !== shape[0] * shape[1] * shape[2]) {
    throw new ClicksegError(
      'invalid-array',
      `writeNifti: ${describe(data)} of ${data.length} for [${shape}]`,
    );
  }
  if (shape.some((n) => n > 32767)) {
    throw new ClicksegError('invalid-shape', `writeNifti: [${shape}] has an axis above 32767`);
  }
  if (grid && grid.dims.reduce((product, n) => product * n, 1) !== data.length) {
    throw new ClicksegError('invalid-shape', `writeNifti: [${shape}] on a grid of ${grid.dims.join(' x ')}`);
  }
  const bytes = new Uint8Array(HEADER + data.byteLength);
  const view = new DataView(bytes.buffer);
  const int16 = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setInt16(at + 2 * i, value, true);
  };
  const float32 = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setFloat32(at + 4 * i, value, true);
  };
  view.setInt32(0, 348, true);
  const { dims, pixdim, xyztUnits, qformCode, sformCode, qform, sform } = grid ?? {
    dims: [shape[2], shape[1], shape[0]],
    pixdim: [1, spacing.x, spacing.y, spacing.z, 1, 1, 1, 1],
    xyztUnits: 2, // mm
    qformCode: 0,
    sformCode: 1, // scanner coordinates
    qform: [],
    sform: affine.slice(0, 3).flat(),
  };
  int16(40, [dims.length, ...dims, ...new Array<number>(7 - dims.length).fill(1)]);
  int16(70, [code, data.BYTES_PER_ELEMENT * 8]);
  float32(76, pixdim);
  float32(108, [HEADER, 1, 0]);
  bytes[123] = xyztUnits;
  int16(252, [qformCode, sformCode]);
  float32(256, qform);
  float32(280, sform);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // 'n+1'
  const voxels = grid ? toStored(data, shape, grid.order) : data;
  const raw = bytes.subarray(HEADER);
  raw.set(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength));
  if (!LITTLE_ENDIAN) swapBytes(raw, data.BYTES_PER_ELEMENT);
  return bytes;
}

/** Whether this machine's numbers lie in memory as the file has them. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Turns each number's bytes around. */
export function swapBytes(bytes: Uint8Array, each: number): void {
  for (let at = 0; at < bytes.length; at += each) bytes.subarray(at, at + each).reverse();
}
