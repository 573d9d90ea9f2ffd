export { type GridMapping, gridMapping } from './grid.ts';
export {
  type CurveKnot,
  METADATA_DEFAULTS,
  MODEL_METADATA_KEY,
  type ModelMetadata,
  type ModelMetadataInput,
  parseMetadata,
} from './metadata.ts';
export {
  HOUNSFIELD_BELOW,
  type Intensities,
  PREPARE_DEFAULTS,
  type PreparedImage,
  type PrepareOptions,
  prepareImage,
} from './preprocess.ts';
export { createResampler, type Resampler, resample } from './resample.ts';
