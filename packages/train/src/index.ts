export { ADAM, adamFactors } from './ops/adam.ts';
export { clickForward } from './unet/click-forward.ts';
export { foldNorms } from './unet/fold.ts';
export { exportModel } from './unet/inference.ts';
export type { Layout, Norm, Parameter, ParameterKind } from './unet/parameters.ts';
export { INPUT_CHANNELS, UNET_DEFAULTS, type UnetOptions } from './unet/topology.ts';
export { TRAIN_STEP_DEFAULTS, type TrainStepOptions, trainStep } from './unet/train-step.ts';
export { initialWeights, type Unet, type UnetWeights, unet } from './unet/unet.ts';
