import { ClicksegError, type NumericArray } from '@clickseg/raster';
import * as nifti from 'nifti-reader-js';
import { type Bytes, toArrayBuffer, unreadable } from './bytes.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { gridOf, sformOf } from './nifti-grid.ts';
import { type Affine, orient, type Volume } from './volume.ts';

/** How a file is named in error messages. */
export interface ReadOptions {
  /** Default: the format's name. */
  readonly name?: string;
}

type Header = nifti.NIFTI1 | nifti.NIFTI2;

// Datatype code -> bytes a voxel and the array it becomes. Complex, RGB and 128-bit types are refused.
const TYPES: Record<number, [number, (view: DataView, at: number, little: boolean) => number, NumericKind]> =
  {
    2: [1, (v, at) => v.getUint8(at), Uint8Array],
    256: [1, (v, at) => v.getInt8(at), Int8Array],
    4: [2, (v, at, le) => v.getInt16(at, le), Int16Array],
    512: [2, (v, at, le) => v.getUint16(at, le), Uint16Array],
    8: [4, (v, at, le) => v.getInt32(at, le), Int32Array],
    768: [4, (v, at, le) => v.getUint32(at, le), Uint32Array],
    16: [4, (v, at, le) => v.getFloat32(at, le), Float32Array],
    64: [8, (v, at, le) => v.getFloat64(at, le), Float64Array],
    // Label maps saved by NumPy are often int64; doubles hold every id that exists.
    1024: [8, (v, at, le) => Number(v.getBigInt64(at, le)), Float64Array],
    1280: [8, (v, at, le) => Number(v.getBigUint64(at, le)), Float64Array],
  };

type NumericKind = new (size: number) => NumericArray;

/**
 * Reads a NIfTI-1 or NIfTI-2 volume (.nii, .nii.gz) into radiological view, see {@link orient}.
 *
 * The sform places the voxels, else the qform, as in nibabel; else pixdim alone, taken as RAS+: the standard's method 1,
 * where nibabel turns x over (`default_x_flip`) and sets the centre as the origin. A pixdim of 0 states none and is 1. Metres and microns
 * (`xyzt_units`) become mm, as in ITK; without a unit they are mm.
 * `scl_slope` and `scl_inter` are applied (the data are then Float32); without them (a slope of 0, as in the standard, or one
 * that is not finite, as in nibabel) the data keep the file's type. A single slice is a volume of depth 1. `grid` keeps how the file itself has its voxels, for
 * {@link writeNifti}.
 *
 * @throws ClicksegError `invalid-file` for a file that is empty, cut short, corrupt, not NIfTI, 4-D, RGB
 * or complex; whose voxels begin within its header, as `vox_offset` has it; whose `scl_inter` is not finite, or the pixdim that
 * would place it
 */
export function readNifti(bytes: Bytes, options: ReadOptions = {}): Volume {
  const what = options.name ?? 'NIfTI';
  const buffer = unzip(toArrayBuffer(bytes, what), what);
  const header = readHeader(buffer, what);
  const dims = checkDims(header, what);
  const type = TYPES[header.datatypeCode];
  if (!type) {
    throw new ClicksegError(
      'invalid-file',
      `${what}: voxels of type ${header.datatypeCode} (${header.getDatatypeCodeString(header.datatypeCode)}) are not one number each`,
    );
  }
  const [width, read, Kind] = type;
  const size = dims[0] * dims[1] * dims[2];
  const start = checkOffset(header, size * width, buffer.byteLength, what);
  if (start + size * width > buffer.byteLength) {
    throw new ClicksegError(
      'invalid-file',
      `${what}: cut short, ${dims.join(' x ')} voxels need ${start + size * width} bytes, it has ${buffer.byteLength}`,
    );
  }
  const view = new DataView(buffer, start);
  const { scl_slope: slope, scl_inter: inter, littleEndian } = header;
  const scaled = isScaled(header, what);
  const affine = inMillimetres(readAffine(header, buffer, what), header);
  const data: NumericArray = scaled ? new Float32Array(size) : new Kind(size);
  for (let i = 0; i < size; i++) {
    const value = read(view, i * width, littleEndian);
    data[i] = scaled ? value * slope + inter : value;
  }
  const { order, ...volume } = orient(data, dims, affine, what);
  return { ...volume, grid: gridOf(header, buffer, order) };
}

function unzip(buffer: ArrayBuffer, what: string): ArrayBuffer {
  const bytes = new Uint8Array(buffer);
  if (!isGzip(bytes)) return buffer;
  try {
    // Not the library's own decompress(): it holds the content against nothing, and a damaged file gives other voxels.
    return gunzip(bytes).buffer;
  } catch (cause) {
    throw unreadable(what, 'its gzip stream is cut short or corrupt', cause);
  }
}

function readHeader(buffer: ArrayBuffer, what: string): Header {
  if (!nifti.isNIFTI(buffer)) throw new ClicksegError('invalid-file', `${what}: not a NIfTI file`);
  try {
    return nifti.readHeader(buffer);
  } catch (cause) {
    throw unreadable(what, 'its NIfTI header cannot be read', cause);
  }
}

/** Of the word behind a header that says whether extensions follow. */
const EXTENDER = 4;

/**
 * Where the voxels begin. Of 0, which is none, nibabel makes voxels of the header's bytes and the NIfTI library reads from
 * 348, so there is nobody to follow: it is refused, unless the file is just as long as a header without extensions and its voxels.
 */
function checkOffset(header: Header, voxels: number, length: number, what: string): number {
  const { vox_offset: start } = header;
  const end = header instanceof nifti.NIFTI2 ? 540 : 348;
  if (Number.isInteger(start) && start >= end) return start;
  if (start === 0 && length === end + EXTENDER + voxels) return end + EXTENDER;
  throw new ClicksegError(
    'invalid-file',
    `${what}: vox_offset is ${start}, expected a whole number of at least ${end}, where its header ends`,
  );
}

function isScaled({ scl_slope: slope, scl_inter: inter }: Header, what: string): boolean {
  if (slope === 0 || !Number.isFinite(slope)) return false;
  if (!Number.isFinite(inter)) {
    throw new ClicksegError(
      'invalid-file',
      `${what}: scl_inter is ${inter} beside scl_slope ${slope}, expected a finite number`,
    );
  }
  return slope !== 1 || inter !== 0;
}

function checkDims(header: Header, what: string): [number, number, number] {
  const [rank, ...sizes] = header.dims;
  const used = sizes.slice(0, rank);
  if (!(rank >= 1 && rank <= 7) || used.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ClicksegError('invalid-file', `${what}: dimensions [${header.dims}] are not a volume's`);
  }
  if (used.slice(3).some((n) => n > 1)) {
    throw new ClicksegError(
      'invalid-file',
      `${what}: ${used.join(' x ')} has ${rank} axes, expected one volume`,
    );
  }
  return [used[0], used[1] ?? 1, used[2] ?? 1];
}

// Code of a unit of length -> mm; 2 is mm itself. The higher bits are the unit of time.
const MILLIMETRES: Record<number, number> = { 1: 1000, 3: 0.001 };

function inMillimetres(affine: Affine, { xyzt_units: units }: Header): Affine {
  const scale = MILLIMETRES[units & 7];
  if (scale === undefined) return affine;
  return affine.map((row, r) => (r < 3 ? row.map((value) => value * scale) : row));
}

/**
 * From voxel to RAS+ in the header's unit. Not the library's own `header.affine`: that prefers the qform to the sform
 * where its code is larger, and is NaN where rounding takes b2 + c2 + d2 above 1.
 */
function readAffine(header: Header, buffer: ArrayBuffer, what: string): Affine {
  if (header.sform_code > 0) {
    const rows = sformOf(header, buffer);
    return [0, 4, 8].map((row) => rows.slice(row, row + 4)).concat([[0, 0, 0, 1]]);
  }
  const pixdim = header.pixDims.slice(1, 4);
  if (!pixdim.every(Number.isFinite)) {
    throw new ClicksegError('invalid-file', `${what}: pixdim is [${pixdim}], expected lengths of voxels`);
  }
  const [dx, dy, dz] = pixdim.map((length) => Math.abs(length) || 1);
  if (header.qform_code > 0) {
    let [b, c, d] = [header.quatern_b, header.quatern_c, header.quatern_d];
    const square = b * b + c * c + d * d;
    const norm = square > 1 ? Math.sqrt(square) : 1;
    [b, c, d] = [b / norm, c / norm, d / norm];
    const a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
    const k = header.pixDims[0] < 0 ? -dz : dz;
    return [
      [
        (a * a + b * b - c * c - d * d) * dx,
        2 * (b * c - a * d) * dy,
        2 * (b * d + a * c) * k,
        header.qoffset_x,
      ],
      [
        2 * (b * c + a * d) * dx,
        (a * a + c * c - b * b - d * d) * dy,
        2 * (c * d - a * b) * k,
        header.qoffset_y,
      ],
      [
        2 * (b * d - a * c) * dx,
        2 * (c * d + a * b) * dy,
        (a * a + d * d - c * c - b * b) * k,
        header.qoffset_z,
      ],
      [0, 0, 0, 1],
    ];
  }
  return [
    [dx, 0, 0, 0],
    [0, dy, 0, 0],
    [0, 0, dz, 0],
    [0, 0, 0, 1],
  ];
}
