export type { Bytes } from './bytes.ts';
export { type ReadOptions, readNifti } from './nifti.ts';
export { readPng } from './png.ts';
export { type Affine, orient, radiologicalAffine, sliceOf, type Volume } from './volume.ts';
