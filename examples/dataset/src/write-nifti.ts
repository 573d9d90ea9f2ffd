import { ClicksegError, describe, type NumericArray } from '@clickseg/raster';
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

/**
 * Writes a volume, such as a label map, as an uncompressed NIfTI-1 file (.nii) with its affine as the
 * sform; what {@link readNifti} reads back is the same volume. Compress it with the platform's gzip.
 *
 * @throws ClicksegError `invalid-array` for data that do not fill the shape, `invalid-shape` for an axis
 * beyond NIfTI-1's 32,767
 */
export function writeNifti({ data, shape, spacing, affine }: Volume<NumericArray>): Uint8Array {
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
  const bytes = new Uint8Array(HEADER + data.byteLength);
  const view = new DataView(bytes.buffer);
  const int16 = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setInt16(at + 2 * i, value, true);
  };
  const float32 = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setFloat32(at + 4 * i, value, true);
  };
  view.setInt32(0, 348, true);
  int16(40, [3, shape[2], shape[1], shape[0], 1, 1, 1, 1]);
  int16(70, [code, data.BYTES_PER_ELEMENT * 8]);
  float32(76, [1, spacing.x, spacing.y, spacing.z, 1, 1, 1, 1]);
  float32(108, [HEADER, 1, 0]);
  bytes[123] = 2; // mm
  int16(252, [0, 1]); // no qform; sform in scanner coordinates
  float32(280, affine.slice(0, 3).flat());
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // 'n+1'
  data.forEach((value, i) => {
    const at = HEADER + i * data.BYTES_PER_ELEMENT;
    if (code === 2) view.setUint8(at, value);
    else if (code === 256) view.setInt8(at, value);
    else if (code === 4) view.setInt16(at, value, true);
    else if (code === 512) view.setUint16(at, value, true);
    else if (code === 8) view.setInt32(at, value, true);
    else if (code === 768) view.setUint32(at, value, true);
    else if (code === 16) view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  });
  return bytes;
}
