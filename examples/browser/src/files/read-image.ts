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
import { hasDicomMark, largestSeries } from './series.ts';

/** One file's bytes and its name. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

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
  const note = [read.note, replaced].filter(Boolean).join(' ');
  return note ? { ...read, note } : read;
}

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
  if (kept.length === 1 && kept[0] !== undefined) return { ...(await readOne(kept[0])), note };
  return { volume: await readDicomSeries(kept), oriented: true, measured: true, note };
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
  const volume = await readDicomSeries([file]).catch((error) => {
    throw saysDicom(file) ? error : foreign(file);
  });
  if (volume.shape[0] === 1) return { volume, oriented: true, measured: true };
  // A lone coronal or sagittal image would be a heap of lines from above; it is shown as it is stored.
  const { image, spacing, source } = await readDicom(file.bytes, { name: file.name });
  const [height, width] = image.shape as readonly [number, number];
  const own = { ...spacing, z: 1 };
  const stored = { data: image.data, shape: [1, height, width] as const, spacing: own, source };
  return { volume: { ...stored, affine: radiologicalAffine(own) }, oriented: false, measured: true };
}
