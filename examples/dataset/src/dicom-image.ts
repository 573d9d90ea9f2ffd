/// <reference path="./daikon.d.ts" />
import { ClicksegError, type NumericArray } from '@clickseg/raster';
import type { Image } from 'daikon';
import { type Bytes, toArrayBuffer, unreadable } from './bytes.ts';
import { type DicomHeader, readHeader } from './dicom-header.ts';
import { readPixels } from './dicom-pixels.ts';
import { decimalsOf, type ParsedFile } from './dicom-value.ts';

/** One DICOM image: its rescaled pixels and where they lie in the patient (LPS mm, as DICOM has it). */
export interface DicomImage {
  readonly data: NumericArray;
  readonly rows: number;
  readonly columns: number;
  readonly modality: string;
  readonly series: string;
  /** True where the file wants its lowest values shown white; `data` are as they are stored all the same. */
  readonly inverted: boolean;
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

/**
 * Parses one DICOM file and decodes its pixels: uncompressed (either byte order, deflated), RLE, JPEG
 * baseline, lossless and LS, JPEG 2000 of one tile. Rescale slope and intercept are applied; a CT is cut off below at
 * -1024 HU. daikon is loaded on the first call, since it is a megabyte of decoders.
 *
 * @throws ClicksegError `invalid-file` for a file that is empty, cut short, corrupt, not DICOM, without
 * pixels, in colour or of several frames; whose compressed picture is of another size than Rows and Columns; of other than
 * 8 or 16 BitsAllocated or a HighBit that is not BitsStored - 1; with text where a number is read
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
  // PresentationLUTShape
  const shape = String(image.tags['20500020']?.value ?? '').trim();
  const parsed = { image, file: buffer, what };
  const direction = decimalsOf(parsed, 'ImageOrientationPatient') ?? [1, 0, 0, 0, 1, 0];
  const position = decimalsOf(parsed, 'ImagePositionPatient') ?? [0, 0, 0];
  const pixelSpacing = pixelSpacingOf(parsed);
  // The sign of SpacingBetweenSlices is a direction.
  const between = Math.abs(image.getSliceGap() ?? 0) || image.getSliceThickness();
  return {
    data: readPixels(parsed, modality),
    rows,
    columns,
    modality,
    series: image.getSeriesInstanceUID() ?? '',
    inverted: colour.trim() === 'MONOCHROME1' || shape === 'INVERSE',
    pixelSpacing,
    rowDirection: direction.slice(0, 3),
    columnDirection: direction.slice(3, 6),
    position,
    sliceSpacing: between && between > 0 ? between : undefined,
    header: readHeader(image, buffer),
  };
}

/** Undefined where it is missing, empty or 0, which some converters write for not known. */
function pixelSpacingOf(parsed: ParsedFile): readonly [rows: number, columns: number] | undefined {
  const [rows, columns] = decimalsOf(parsed, 'PixelSpacing') ?? [0, 0];
  if (rows > 0 && columns > 0) return [rows, columns];
  if (rows === 0 && columns === 0) return undefined;
  throw new ClicksegError(
    'invalid-file',
    `${parsed.what}: PixelSpacing is ${rows}\\${columns}, expected two lengths in mm`,
  );
}
