export { openVolume, VOLUME_DEFAULTS, type Volume, type VolumeOptions } from './open-volume.ts';
export {
  PROPAGATE_DEFAULTS,
  type PropagateOptions,
  type PropagationProgress,
  type PropagationStep,
  propagate,
} from './propagate.ts';
