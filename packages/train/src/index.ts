export { ADAM, ADAM_DEFAULTS, type AdamOptions, adamFactors, adamStep } from './ops/adam.ts';
export type { CalibrationInput } from './quantize/calibrate.ts';
export { halfWeights } from './quantize/half-weights.ts';
export {
  checkQuantizeOptions,
  QUANTIZE_DEFAULTS,
  type QuantizeOptions,
  quantize,
} from './quantize/quantize.ts';
export {
  type Checkpoint,
  type CheckpointStore,
  parameterCountOf,
  readCheckpoint,
  writeCheckpoint,
} from './training/checkpoint.ts';
export { AUGMENTATION_DEFAULTS, type Augmentation, cropSample, type Extent } from './training/crop.ts';
export { imaginedSample } from './training/imagined.ts';
export type { IntensityChanges } from './training/intensities.ts';
export type { OnnxRuntime, TrainingState } from './training/network.ts';
export { PAPER_INTERACTIONS, TRAIN_PRESETS } from './training/presets.ts';
export { randomStream } from './training/random-stream.ts';
export { type OpenImage, type RollingBatch, type RollingOptions, rollingBatch } from './training/rolling.ts';
export type { TrainingSample, TrainingSet } from './training/sample.ts';
export { type LabelledSlice, SLICE_SET_DEFAULTS, type SliceSetOptions, sliceSet } from './training/slices.ts';
export { drawBrightness, drawRegion, drawWall, paintShape, syntheticSample } from './training/synthetic.ts';
export {
  checkTrainOptions,
  TRAIN_DEFAULTS,
  type TrainingStep,
  type TrainOptions,
  train,
} from './training/train.ts';
export {
  TYPICAL_INPUTS_DEFAULTS,
  type TypicalInputsOptions,
  typicalInputs,
} from './training/typical-inputs.ts';
export type { Warp } from './training/warp.ts';
export { averageModels } from './unet/average-models.ts';
export { channelBlock } from './unet/channel-block.ts';
export { exportParts, type ModelParts } from './unet/export-parts.ts';
export { foldNorms } from './unet/fold.ts';
export { checkWeights, type ImportWeightsOptions, importWeights } from './unet/import-weights.ts';
export { exportModel } from './unet/inference.ts';
export { countOperations, type Operations } from './unet/operations.ts';
export type { Layout, Norm, Parameter, ParameterKind } from './unet/parameters.ts';
export { addPreviousMask, readsPreviousMask } from './unet/previous-mask.ts';
export { UNET_DEFAULTS, type UnetOptions, type UnetVariant } from './unet/topology.ts';
export { TRAIN_STEP_DEFAULTS, type TrainStepOptions, trainStep } from './unet/train-step.ts';
export { initialWeights, type Unet, type UnetWeights, unet } from './unet/unet.ts';
export { widen } from './unet/widen.ts';
