import {
  radiologicalAffine,
  readDicom,
  readDicomSeries,
  readNifti,
  readPng,
  type Volume,
} from '@clickseg/example-dataset';
import { ClicksegError } from '@clickseg/raster';
import { makeFinite } from './finite.ts';
import type { NamedBytes } from './named-bytes.ts';
import { hasDicomMark, isSegmentation, largestSeries } from './series.ts';
import { turnedOver } from './turned-over.ts';

/** What was read, and what is known of it. */
export interface ReadImage {
  readonly volume: Volume;
  readonly oriented: boolean;
  readonly measured: boolean;
  /** What a person should know, such as files that were left out. */
  readonly note?: string;
}

/**
 * Reads what was opened or dropped: a NIfTI volume, a grey PNG, one DICOM image, or a folder of DICOM files, of which
 * the largest series is taken.
 * @throws ClicksegError `invalid-file` with the file's name and what is wrong with it
 */
export async function readImage(files: readonly NamedBytes[]): Promise<ReadImage> {
  const [first] = files;
  if (first === undefined) throw new ClicksegError('invalid-file', 'No file was given.');
  const read = await readAny(first, files);
  const replaced = makeFinite(read.volume.data, first.name);
  return { ...read, note: joined(read.note, replaced) };
}

const joined = (...notes: readonly (string | undefined)[]): string | undefined =>
  notes.filter(Boolean).join(' ') || undefined;

// Where the file states no PixelSpacing there are no millimetres, and all is measured in pixels.
const UNMEASURED = { spacing: 'unknown' } as const;

async function readAny(first: NamedBytes, files: readonly NamedBytes[]): Promise<ReadImage> {
  const { name, bytes } = first;
  if (/\.nii(\.gz)?$/i.test(name)) {
    return { volume: readNifti(bytes, { name }), oriented: true, measured: true };
  }
  if (/\.png$/i.test(name)) {
    const { data, shape } = readPng(bytes, { name });
    const spacing = { x: 1, y: 1, z: 1 };
    const [height, width] = shape as readonly [number, number];
    const volume = { data, shape: [1, height, width] as const, spacing, affine: radiologicalAffine(spacing) };
    return { volume, oriented: false, measured: false };
  }
  if (files.length === 1) return readOne(first);
  const { kept, note } = largestSeries(files);
  const read = kept.length === 1 && kept[0] !== undefined ? await readOne(kept[0]) : await readSeries(kept);
  return { ...read, note: joined(note, read.note) };
}

async function readSeries(files: readonly NamedBytes[]): Promise<ReadImage> {
  const { measured, ...read } = await readDicomSeries(files, UNMEASURED);
  return { ...turnedOver(read), oriented: true, measured };
}

/** Whether a file that could not be read was to be DICOM, by its name or its mark, or has nothing in it. */
const saysDicom = ({ name, bytes }: NamedBytes): boolean =>
  /\.(dcm|ima|dicom)$/i.test(name) || hasDicomMark(bytes) || bytes.length === 0;

const foreign = ({ name }: NamedBytes): ClicksegError =>
  new ClicksegError(
    'invalid-file',
    `${name}: none of the formats that are opened here: NIfTI (.nii, .nii.gz), DICOM, grey PNG, saved clicks (.json), models (.onnx)`,
  );

async function readOne(file: NamedBytes): Promise<ReadImage> {
  if (isSegmentation(file.bytes)) {
    throw new ClicksegError(
      'invalid-file',
      `${file.name}: a DICOM SEG, which is not opened here; open a label map (NIfTI) instead`,
    );
  }
  const { measured, ...read } = await readDicomSeries([file], UNMEASURED).catch((error) => {
    throw saysDicom(file) ? error : foreign(file);
  });
  if (read.shape[0] === 1) return { ...turnedOver(read), oriented: true, measured };
  // A lone coronal or sagittal image would be a heap of lines from above; it is shown as it is stored.
  const { image, inverted, spacing, source } = await readDicom(file.bytes, {
    name: file.name,
    ...UNMEASURED,
  });
  const [height, width] = image.shape as readonly [number, number];
  const own = { ...spacing, z: 1 };
  const affine = radiologicalAffine(own);
  const shape = [1, height, width] as const;
  const turned = turnedOver({ data: image.data, shape, spacing: own, affine, inverted, source });
  return { ...turned, oriented: false, measured };
}
