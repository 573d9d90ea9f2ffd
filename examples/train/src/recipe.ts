import { METADATA_DEFAULTS, type ModelMetadata } from '@clickseg/runtime';
import { AUGMENTATION_DEFAULTS } from '@clickseg/train';

/** How model-ct is made: everything that its weights depend on besides the data. */
export const MODEL_CT = {
  width: 16,
  levels: 4,
  /** Crops of 128 x 128 working pixels: 19 cm, enough for a liver. */
  crop: [128, 128],
  batch: 16,
  steps: 1300,
  interactions: 5,
  learningRate: 1e-3,
  schedule: 'cosine',
  seed: 4242,
  augmentation: {
    ...AUGMENTATION_DEFAULTS,
    flip: true,
    rotation: 15,
    zoom: 1.5,
    shift: 0.2,
    contrast: 1.25,
    brightness: 0.25,
  },
  // The liver slices and the trunk carry the abdominal variety; the head-and-neck set is large and alike.
  weights: { ct2d_liver_msd: 0.3, ct_abdomen: 0.35, ct_tumour_sts: 0.15, ct_headneck_openkbp: 0.2 },
  /** Most slices kept of a group, drawn with the seed; bounds memory, and the head-and-neck set's share of it. */
  slicesPerGroup: 2500,
} as const;

/** What the runtime reads from the model; training prepares its images with the same function and values. */
export const MODEL_CT_METADATA: ModelMetadata = {
  ...METADATA_DEFAULTS,
  format: 1,
  name: 'clickseg-ct',
  version: '0.1.0',
  spacing: 1.5,
  maxSize: 320,
  normalization: {
    method: 'z-score',
    // Soft tissue at full contrast, lung and bone at 15 % of it: neither lost, neither drowning the rest.
    curve: [
      [-1000, -300],
      [-175, -175],
      [275, 275],
      [1500, 460],
    ],
  },
};
