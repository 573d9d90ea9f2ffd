import { METADATA_DEFAULTS, type ModelMetadata } from '@clickseg/runtime';
import type { Augmentation } from '@clickseg/train';

/** How model-ct is made: everything that its weights depend on besides the data. */
export const MODEL_CT = {
  width: 16,
  levels: 4,
  /** Crops of 128 x 128 working pixels: 19 cm, enough for a liver. */
  crop: [128, 128],
  batch: 16,
  interactions: 5,
  seed: 4242,
  /** Most slices kept of a group, drawn with the seed; bounds memory, and the head-and-neck set's share of it. */
  slicesPerGroup: 2500,
} as const;

/** One stretch of the training; each starts from the weights of the one before. */
export interface Stage {
  readonly steps: number;
  readonly learningRate: number;
  readonly schedule: 'fixed' | 'cosine';
  /** How the falling probability of an interaction is read. */
  readonly reading: 'independent' | 'number';
  readonly augmentation: Augmentation;
  /** How often each group is drawn. */
  readonly weights: Readonly<Record<string, number>>;
}

/**
 * The first stage never trains on a first click alone, as MONAI's reading gives every image a correction; the
 * others do, for one image in six, which is what the first answer of a session is judged by. The
 * third is more of the second: it brought the val livers' first click over the mark that was asked for.
 */
export const STAGES: readonly Stage[] = [
  {
    steps: 1300,
    learningRate: 1e-3,
    schedule: 'cosine',
    reading: 'independent',
    augmentation: {
      flip: true,
      rotation: 15,
      zoom: 1.5,
      shift: 0.2,
      contrast: 1.25,
      brightness: 0.25,
    },
    // The liver slices and the trunk carry the abdominal variety; the head-and-neck set is large and alike.
    weights: { ct2d_liver_msd: 0.3, ct_abdomen: 0.35, ct_tumour_sts: 0.15, ct_headneck_openkbp: 0.2 },
  },
  {
    steps: 320,
    learningRate: 4e-4,
    schedule: 'cosine',
    reading: 'number',
    augmentation: { flip: true, rotation: 10, zoom: 1.3, shift: 0.2, contrast: 1.2, brightness: 0.2 },
    weights: { ct2d_liver_msd: 0.45, ct_abdomen: 0.25, ct_tumour_sts: 0.15, ct_headneck_openkbp: 0.15 },
  },
  {
    steps: 400,
    learningRate: 5e-4,
    schedule: 'cosine',
    reading: 'number',
    augmentation: { flip: true, rotation: 10, zoom: 1.3, shift: 0.2, contrast: 1.2, brightness: 0.2 },
    weights: { ct2d_liver_msd: 0.45, ct_abdomen: 0.25, ct_tumour_sts: 0.15, ct_headneck_openkbp: 0.15 },
  },
];

/** What the runtime reads from the model; training prepares its images with the same function and values. */
export const MODEL_CT_METADATA: ModelMetadata = {
  ...METADATA_DEFAULTS,
  format: 1,
  name: 'clickseg-ct',
  version: '0.1.0',
  spacing: 1.5,
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
