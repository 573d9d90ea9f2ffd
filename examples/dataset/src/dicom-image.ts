/// <reference path="./daikon.d.ts" />
import { ClicksegError, type NumericArray } from '@clickseg/raster';
import type { Image } from 'daikon';
import { type Bytes, toArrayBuffer, unreadable } from './bytes.ts';
import { type DicomHeader, readHeader } from './dicom-header.ts';

/** One DICOM image: its rescaled pixels and where they lie in the patient (LPS mm, as DICOM has it). */
export interface DicomImage {
  readonly data: NumericArray;
  readonly rows: number;
  readonly columns: number;
  readonly modality: string;
  readonly series: string;
  /** mm between rows and between columns; undefined where the file does not say. */
  readonly pixelSpacing: readonly [rows: number, columns: number] | undefined;
  /** Unit vectors of growing column and growing row index; axial where the file does not say. */
  readonly rowDirection: readonly number[];
  readonly columnDirection: readonly number[];
  readonly position: readonly number[];
  /** Distance to the next slice, or the thickness, mm; undefined where the file has neither. */
  readonly sliceSpacing: number | undefined;
  readonly header: DicomHeader;
}

// Air. Scanners mark what lies outside their circle with a padding value such as -3024, which no tissue has.
const LEAST_HU = -1024;

/**
 * Parses one DICOM file and decodes its pixels: uncompressed (either byte order, deflated), RLE, JPEG
 * baseline, lossless and LS, JPEG 2000. Rescale slope and intercept are applied; a CT is cut off below at
 * -1024 HU. daikon is loaded on the first call, since it is a megabyte of decoders.
 *
 * @throws ClicksegError `invalid-file` for a file that is empty, cut short, corrupt, not DICOM, without
 * pixels, in colour or of several frames
 */
export async function parseDicom(bytes: Bytes, what: string): Promise<DicomImage> {
  const buffer = toArrayBuffer(bytes, what);
  const { default: daikon } = await import('daikon');
  let image: Image | null;
  try {
    image = daikon.Series.parseImage(new DataView(buffer));
  } catch (cause) {
    throw unreadable(what, 'not a whole DICOM file', cause);
  }
  if (!image) throw unreadable(what, 'not a whole DICOM file', daikon.Series.parserError ?? 'no tags');
  const [rows, columns] = [image.getRows() ?? 0, image.getCols() ?? 0];
  if (!image.hasPixelData() || rows < 1 || columns < 1) {
    throw new ClicksegError('invalid-file', `${what}: not a DICOM image (no pixels)`);
  }
  const colour = image.getPhotometricInterpretation() ?? 'MONOCHROME2';
  if ((image.getNumberOfSamplesPerPixel() ?? 1) !== 1 || !colour.startsWith('MONOCHROME')) {
    throw new ClicksegError('invalid-file', `${what}: colour (${colour}), expected one grey value a pixel`);
  }
  if (image.getNumberOfFrames() > 1) {
    throw new ClicksegError('invalid-file', `${what}: ${image.getNumberOfFrames()} frames, expected one`);
  }
  const modality = image.getModality()?.trim() ?? '';
  const direction = vector(image.getImageDirections(), 6) ?? [1, 0, 0, 0, 1, 0];
  const spacing = vector(image.getPixelSpacing(), 2);
  const between = image.getSliceGap() ?? image.getSliceThickness();
  return {
    data: compact(
      decode(image, rows * columns, what),
      modality === 'CT' ? LEAST_HU : Number.NEGATIVE_INFINITY,
    ),
    rows,
    columns,
    modality,
    series: image.getSeriesInstanceUID() ?? '',
    pixelSpacing: spacing && spacing[0] > 0 && spacing[1] > 0 ? [spacing[0], spacing[1]] : undefined,
    rowDirection: direction.slice(0, 3),
    columnDirection: direction.slice(3, 6),
    position: vector(image.getImagePosition(), 3) ?? [0, 0, 0],
    sliceSpacing: between && between > 0 ? between : undefined,
    header: readHeader(image, buffer),
  };
}

function decode(image: Image, size: number, what: string): Float32Array {
  const pixels = image.getPixelData().value;
  if (!pixels || (image.isCompressed() && !fragmentsAreWhole(pixels))) {
    throw new ClicksegError('invalid-file', `${what}: cut short inside its pixels`);
  }
  let data: Float32Array;
  try {
    const needed = size * Math.ceil((image.getBitsAllocated() ?? 8) / 8);
    const raw = image.getRawData();
    if (raw.byteLength < needed) {
      throw new ClicksegError(
        'invalid-file',
        `${what}: cut short, ${raw.byteLength} of ${needed} pixel bytes`,
      );
    }
    data = image.getInterpretedData(false, false, 0);
  } catch (cause) {
    if (cause instanceof ClicksegError) throw cause;
    const syntax = image.getTransferSyntax() ?? 'unstated';
    throw unreadable(what, `its pixels (transfer syntax ${syntax}) cannot be decoded`, cause);
  }
  return data.subarray(0, size);
}

/** The decoders fill what a cut fragment lacks with zeros, without a word; so look before they do. */
function fragmentsAreWhole(pixels: DataView): boolean {
  let at = 0;
  while (at + 8 <= pixels.byteLength) {
    const element = pixels.getUint16(at + 2, true);
    if (pixels.getUint16(at, true) !== 0xfffe || element === 0xe0dd) return at > 0;
    at += 8 + pixels.getUint32(at + 4, true);
  }
  return at > 0 && at <= pixels.byteLength;
}

/** Int16 where every value fits, which CT always does; half the memory of floats. */
function compact(data: Float32Array, least: number): NumericArray {
  const floor = data.map((value) => Math.max(value, least));
  const fits = floor.every((value) => Number.isInteger(value) && value >= -32768 && value <= 32767);
  return fits ? Int16Array.from(floor) : floor;
}

function vector(values: readonly number[] | null, length: number): number[] | undefined {
  return values && values.length >= length && values.every(Number.isFinite)
    ? values.slice(0, length)
    : undefined;
}
