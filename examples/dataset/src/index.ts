export type { Bytes } from './bytes.ts';
export {
  type DicomFacts,
  type DicomOptions,
  type DicomSlice,
  type DicomVolume,
  type NamedBytes,
  readDicom,
  readDicomSeries,
} from './dicom.ts';
export type { DicomHeader, DicomSource, StoredOrder } from './dicom-header.ts';
export { type ReadOptions, readNifti } from './nifti.ts';
export type { NiftiGrid } from './nifti-grid.ts';
export { PHANTOM_LABELS, type PhantomStructure } from './phantom/anatomy.ts';
export { makePhantom, PHANTOM_DEFAULTS, type Phantom, type PhantomOptions } from './phantom/make-phantom.ts';
export { readPng } from './png.ts';
export { checkSamePlace, farthestApart } from './same-place.ts';
export { type Affine, orient, radiologicalAffine, sliceOf, type Volume } from './volume.ts';
export { type WriteOptions, writeNifti } from './write-nifti.ts';
