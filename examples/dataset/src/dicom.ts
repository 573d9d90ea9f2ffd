import {
  ClicksegError,
  type DenseRaster,
  type NamedSpacing,
  type NumericArray,
  raster,
} from '@clickseg/raster';
import type { Bytes } from './bytes.ts';
import type { DicomSource } from './dicom-header.ts';
import { type DicomImage, parseDicom } from './dicom-image.ts';
import { checkGaps } from './slice-gaps.ts';
import { orient, type Volume } from './volume.ts';

/** How a DICOM file is read. */
export interface DicomOptions {
  /** How the file is named in error messages. Default 'DICOM'. */
  readonly name?: string;
  /**
   * mm, used where the file states no PixelSpacing (X-rays often state that of the detector alone, captures none).
   * `'unknown'` reads such a file at 1 mm between rows and between columns and says so, `measured: false`. Without either it is
   * refused: its areas would be wrong.
   */
  readonly spacing?: NamedSpacing | 'unknown';
}

/** What a reader knows of DICOM files beside their voxels. */
export interface DicomFacts {
  /** False where the file does not know its PixelSpacing and 1 mm stands in for it: lengths and areas are then in pixels. */
  readonly measured: boolean;
  /**
   * True for MONOCHROME1 and for a PresentationLUTShape of INVERSE, as many X-rays have: lowest values are to be shown
   * white. The values are as they are stored all the same, for both are words about display alone: a viewer turns its grey scale over.
   */
  readonly inverted: boolean;
  /** The files' headers, for what is made from them. */
  readonly source: DicomSource;
}

/** One DICOM image as its maker stored it: row 0 at the top. */
export interface DicomSlice extends DicomFacts {
  readonly image: DenseRaster;
  readonly spacing: NamedSpacing;
  readonly modality: string;
}

/** A volume that knows which files it came from. */
export interface DicomVolume extends Volume, DicomFacts {
  readonly source: DicomSource;
}

/** One file of a series, with its name for error messages. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Bytes;
}

/**
 * Reads one DICOM image as it is stored, in HU for CT. An axial slice of a patient on the back is in radiological view
 * already; one of a patient lying face down is as a rule upside down, and others lie as they were taken.
 * {@link readDicomSeries} turns a single file too.
 *
 * @throws ClicksegError `invalid-file`, see {@link parseDicom}, and for a file without PixelSpacing unless `spacing` is given
 */
export async function readDicom(bytes: Bytes, options: DicomOptions = {}): Promise<DicomSlice> {
  const what = options.name ?? 'DICOM';
  const image = await parseDicom(bytes, what);
  const { y, x, measured } = spacingOf(image, what, options);
  return {
    image: raster(image.data, [image.rows, image.columns]),
    spacing: { x, y },
    measured,
    inverted: image.inverted,
    modality: image.modality,
    source: {
      headers: [image.header],
      rows: image.rows,
      columns: image.columns,
      order: { first: 0, step: { x: 1, y: image.columns, z: image.rows * image.columns } },
    },
  };
}

/**
 * Reads the files of one series, in any order, into a volume in radiological view (see {@link orient}).
 * Slices are sorted by ImagePositionPatient along the slice normal; the spacing is their own distance.
 *
 * @throws ClicksegError `invalid-file` where files belong to different series or grids, two lie at the same
 * place, or distances differ by more than a tenth, as where one is missing; see {@link checkGaps} for those missing at even distances
 */
export async function readDicomSeries(
  files: readonly NamedBytes[],
  options: Omit<DicomOptions, 'name'> = {},
): Promise<DicomVolume> {
  if (files.length === 0) throw new ClicksegError('invalid-file', 'DICOM series: no files');
  const slices = await Promise.all(
    files.map(async ({ name, bytes }) => ({ name, ...(await parseDicom(bytes, name)) })),
  );
  const { rows, columns, series, rowDirection: r, columnDirection: c } = slices[0];
  for (const slice of slices) {
    const same =
      slice.rows === rows &&
      slice.columns === columns &&
      slice.series === series &&
      `${slice.pixelSpacing}` === `${slices[0].pixelSpacing}` &&
      [...slice.rowDirection, ...slice.columnDirection].every((v, i) => Math.abs(v - [...r, ...c][i]) < 1e-3);
    if (!same) {
      throw new ClicksegError(
        'invalid-file',
        `${slice.name}: not of the same series and grid as ${slices[0].name}`,
      );
    }
  }
  const normal = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
  const along = (slice: DicomImage) => slice.position.reduce((sum, v, i) => sum + v * normal[i], 0);
  slices.sort((a, b) => along(a) - along(b));
  checkGaps(slices.map((slice) => ({ name: slice.name, at: along(slice), header: slice.header })));
  const { y: dy, x: dx, measured } = spacingOf(slices[0], slices[0].name, options);
  const [first, last] = [slices[0].position, slices[slices.length - 1].position];
  // The true step, not the normal times a distance: a tilted gantry shears the stack.
  const step =
    slices.length > 1
      ? first.map((v, i) => (last[i] - v) / (slices.length - 1))
      : normal.map((v) => v * (slices[0].sliceSpacing ?? given(options)?.z ?? 1));
  // DICOM counts to the patient's left and back, RAS+ to the right and front.
  const affine = [-1, -1, 1].map((sign, i) => [r[i] * dx, c[i] * dy, step[i], first[i]].map((v) => v * sign));
  const data = stack(slices.map((slice) => slice.data));
  const dims = [columns, rows, slices.length] as const;
  const { order, ...volume } = orient(data, dims, [...affine, [0, 0, 0, 1]], 'DICOM series');
  const source = { headers: slices.map(({ header }) => header), rows, columns, order };
  return { ...volume, measured, inverted: slices[0].inverted, source };
}

const given = ({ spacing }: DicomOptions): NamedSpacing | undefined =>
  spacing === 'unknown' ? undefined : spacing;

function spacingOf(
  { pixelSpacing }: DicomImage,
  what: string,
  options: DicomOptions,
): { x: number; y: number; measured: boolean } {
  const { x, y } = pixelSpacing ? { x: pixelSpacing[1], y: pixelSpacing[0] } : (given(options) ?? {});
  if (x !== undefined && y !== undefined) return { x, y, measured: true };
  if (options.spacing === 'unknown') return { x: 1, y: 1, measured: false };
  throw new ClicksegError('invalid-file', `${what}: states no PixelSpacing; give options.spacing in mm`);
}

function stack(slices: readonly NumericArray[]): NumericArray {
  const whole = slices.every((slice) => slice instanceof Int16Array);
  const size = slices.reduce((sum, slice) => sum + slice.length, 0);
  const out = whole ? new Int16Array(size) : new Float32Array(size);
  let at = 0;
  for (const slice of slices) {
    out.set(slice, at);
    at += slice.length;
  }
  return out;
}
