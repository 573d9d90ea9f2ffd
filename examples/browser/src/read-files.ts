import {
  type DicomSlice,
  radiologicalAffine,
  readDicom,
  readDicomSeries,
  readNifti,
  readPng,
  type Volume,
} from '@clickseg/example-dataset';
import { ClicksegError } from '@clickseg/raster';

/**
 * Reads what was opened or dropped: a NIfTI volume, a PNG, or the DICOM files of one series.
 * @throws ClicksegError `invalid-file` with the file's name and what is wrong with it
 */
export async function readFiles(files: readonly File[]): Promise<Volume> {
  const [first] = files;
  if (first === undefined) throw new ClicksegError('invalid-file', 'No file was given.');
  const bytes = async (file: File) => new Uint8Array(await file.arrayBuffer());
  const { name } = first;
  if (/\.nii(\.gz)?$/i.test(name)) return readNifti(await bytes(first), { name });
  if (/\.png$/i.test(name)) {
    const { data, shape } = readPng(await bytes(first), { name });
    const [height, width] = shape as readonly [number, number];
    const spacing = { x: 1, y: 1, z: 1 };
    return { data, shape: [1, height, width], spacing, affine: radiologicalAffine(spacing) };
  }
  if (files.length === 1) return volumeOf(await readDicom(await bytes(first), { name }));
  return readDicomSeries(
    await Promise.all(files.map(async (file) => ({ name: file.name, bytes: await bytes(file) }))),
  );
}

function volumeOf({ image, spacing: { x, y } }: DicomSlice): Volume {
  const [height, width] = image.shape as readonly [number, number];
  const spacing = { x, y, z: 1 };
  return {
    data: image.data as Volume['data'],
    shape: [1, height, width],
    spacing,
    affine: radiologicalAffine(spacing),
  };
}
