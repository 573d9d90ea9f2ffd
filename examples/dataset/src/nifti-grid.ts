import type { NumericArray } from '@clickseg/raster';
import * as nifti from 'nifti-reader-js';
import type { StoredOrder } from './dicom-header.ts';

/** The grid of a NIfTI file as the file itself has it, before its voxels were turned. */
export interface NiftiGrid {
  /** Sizes of the stored axes, first fastest; trailing axes of 1 included, so that the rank is the file's. */
  readonly dims: readonly number[];
  /** Where in the file's voxels those of the volume were. */
  readonly order: StoredOrder;
  /** The header's own fields that place the voxels, by the standard's names. */
  readonly pixdim: readonly number[];
  readonly xyztUnits: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** `quatern_b`, `_c`, `_d`, `qoffset_x`, `_y`, `_z` */
  readonly qform: readonly number[];
  /** `srow_x`, `srow_y`, `srow_z` */
  readonly sform: readonly number[];
}

/** The grid that a header states. @param order - as `orient` found it */
export function gridOf(
  header: nifti.NIFTI1 | nifti.NIFTI2,
  buffer: ArrayBuffer,
  order: StoredOrder,
): NiftiGrid {
  const [rank, ...sizes] = header.dims;
  return {
    dims: sizes.slice(0, rank),
    order,
    pixdim: header.pixDims.slice(0, 8),
    xyztUnits: header.xyzt_units,
    qformCode: header.qform_code,
    sformCode: header.sform_code,
    qform: [
      header.quatern_b,
      header.quatern_c,
      header.quatern_d,
      header.qoffset_x,
      header.qoffset_y,
      header.qoffset_z,
    ],
    sform: sformOf(header, buffer),
  };
}

/** The twelve numbers of the sform as the bytes have them: the library's `affine` may be the qform's. */
export function sformOf(header: nifti.NIFTI1 | nifti.NIFTI2, buffer: ArrayBuffer): number[] {
  const view = new DataView(buffer);
  const wide = header instanceof nifti.NIFTI2;
  return Array.from({ length: 12 }, (_, i) =>
    wide
      ? view.getFloat64(400 + i * 8, header.littleEndian)
      : view.getFloat32(280 + i * 4, header.littleEndian),
  );
}

/** The voxels of a volume in the order in which the file stores them. */
export function toStored<T extends NumericArray>(
  data: T,
  [depth, height, width]: readonly [number, number, number],
  { first, step }: StoredOrder,
): T {
  const stored = new (data.constructor as new (n: number) => T)(data.length);
  for (let z = 0, from = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let at = first + z * step.z + y * step.y;
      for (let x = 0; x < width; x++, at += step.x) stored[at] = data[from++];
    }
  }
  return stored;
}
