export type { Click, PlacedClick } from '@clickseg/guidance';
export type { Backend, BackendFallback, BackendSession, BackendTensor } from './backend.ts';
export type { Point, Polygon } from './contours.ts';
export { FROM_DEFAULTS, type FromOptions } from './fit-clicks.ts';
export { type GridMapping, gridMapping } from './grid.ts';
export type { Interaction } from './interaction.ts';
export type { FromJsonOptions, InteractionJson } from './interaction-json.ts';
export type { ModelSource, Progress } from './load-network.ts';
export {
  type CurveKnot,
  METADATA_DEFAULTS,
  MODEL_METADATA_KEY,
  type ModelMetadata,
  type ModelMetadataInput,
  parseMetadata,
  type ZoomMetadata,
} from './metadata.ts';
export { type ModelIo, modelIo } from './model-io.ts';
export { type ModelInfo, type ModelValue, readModel } from './onnx/read-model.ts';
export type { Prediction, PredictionTimings } from './prediction.ts';
export {
  HOUNSFIELD_BELOW,
  type Intensities,
  PREPARE_DEFAULTS,
  type PreparedImage,
  type PrepareOptions,
  prepareImage,
} from './preprocess.ts';
export { createResampler, type Resampler, resample } from './resample.ts';
export { createSegmenter, type OpenOptions, type Segmenter, type SegmenterOptions } from './segmenter.ts';
export { sha256 } from './sha256.ts';
