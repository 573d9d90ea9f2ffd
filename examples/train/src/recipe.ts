import { METADATA_DEFAULTS, type ModelMetadata } from '@clickseg/runtime';
import type { Augmentation, IntensityChanges } from '@clickseg/train';

/** How model-ct is made: everything that its weights depend on besides the data. */
export const MODEL_CT = {
  width: 16,
  levels: 4,
  /** Whether its network reads the mask before the newest click: since stage 13 (docs/decisions/0714). */
  previousMask: true as boolean,
  seed: 4242,
  /** Most slices kept of a group, drawn with the seed; bounds memory, and the head-and-neck set's share of it. */
  slicesPerGroup: 2500,
  /** The trunk is the only scan with nearly every organ: its 3 mm voxels are cubes, so every plane of it serves. */
  allPlanes: ['ct_abdomen'],
  batch: 16,
} as const;

/** One stretch of the training; each starts from the weights of the one before. */
export interface Stage {
  readonly steps: number;
  /** Images a step, where they are not MODEL_CT's. */
  readonly batch?: number;
  readonly crop: readonly [number, number];
  /** K: most corrections an image. */
  readonly interactions: number;
  readonly learningRate: number;
  readonly schedule: 'fixed' | 'cosine';
  /** How the falling probability of an interaction is read. */
  readonly reading: 'independent' | 'number' | 'rolling';
  /** With 'rolling': images open at once. */
  readonly pool?: number;
  readonly average: number;
  readonly augmentation: Augmentation;
  /** Share of made-up structures, of the crops that show a slice. */
  readonly synthetic: number;
  /** Share of pictures of nothing. */
  readonly imagined?: number;
  /** Shares of the labelled crops that show several labels together, and one side of a line through one. */
  readonly united?: number;
  readonly parted?: number;
  /** How often each group is drawn. */
  readonly weights: Readonly<Record<string, number>>;
}

/**
 * What all stages share. Windows follow the structure, as the runtime's do: its box is 20 to 118 pixels long; one
 * crop in four shows the whole slice, as the runtime's overview does.
 */
const COMMON = {
  schedule: 'cosine',
  // One image in K + 1 is trained on its first click alone, by which the first answer of a session is judged.
  reading: 'number',
  average: 0.995,
  synthetic: 0.25,
  augmentation: {
    flip: true,
    rotation: 15,
    zoom: 1,
    size: [20, 118],
    whole: 0.25,
    shift: 0.15,
    contrast: 1.1,
    brightness: 0.1,
    standardize: true,
    intensities: { curve: [0.3, 1.6], window: 0.2, negative: 0.1, noise: [0.3, 0.25] },
  },
  // The liver slices and the trunk carry the abdominal variety; the head-and-neck set is large and alike.
  weights: { ct2d_liver_msd: 0.27, ct_abdomen: 0.43, ct_tumour_sts: 0.18, ct_headneck_openkbp: 0.12 },
} as const satisfies Partial<Stage>;

/** What the long last stages share: more whole slices and smaller structures. */
const LATE = {
  ...COMMON,
  crop: [128, 128],
  interactions: 5,
  augmentation: { ...COMMON.augmentation, size: [12, 118], whole: 0.35 },
} as const satisfies Partial<Stage>;

/** Windows in which the structure is as long as the runtime's show it, on 128 pixels. */
export const FITTED_WINDOWS: Augmentation = { ...COMMON.augmentation, size: [24, 84], whole: 0.3 };

/** The same on 160 pixels, with a little more either way. */
const FITTED_160: Augmentation = { ...COMMON.augmentation, size: [26, 112], whole: 0.33 };

/** What stages 6 and later share: windows in which the structure is as long as the runtime's show it (measured on val). */
const FITTED = {
  ...COMMON,
  synthetic: 0.15,
  weights: { ct2d_liver_msd: 0.3, ct_abdomen: 0.38, ct_tumour_sts: 0.18, ct_headneck_openkbp: 0.14 },
} as const satisfies Partial<Stage>;

/** What stages 9 and later share. */
const ROLLING = {
  ...FITTED,
  crop: [160, 160],
  reading: 'rolling',
  average: 0.998,
} as const satisfies Partial<Stage>;

/** What stages 10 and later share. */
const POOLED = { ...ROLLING, pool: 256, synthetic: 0.22 } as const satisfies Partial<Stage>;

/** Their windows, with what each changes of the intensities. */
const onSlice = (changes: Partial<IntensityChanges>): Augmentation => ({
  ...FITTED_160,
  onSlice: true,
  intensities: { ...COMMON.augmentation.intensities, negative: 0.2, ...changes },
});

/** What stages 14 and 15 share: half of it made up. */
const MADE_UP = {
  ...POOLED,
  batch: 96,
  interactions: 14,
  learningRate: 1e-3,
  average: 0.999,
  synthetic: 0.33,
  imagined: 0.25,
  united: 0.05,
  parted: 0.03,
  weights: { ct2d_liver_msd: 0.32, ct_abdomen: 0.34, ct_tumour_sts: 0.2, ct_headneck_openkbp: 0.14 },
  augmentation: {
    ...onSlice({ curve: [0.3, 1.8], remap: [0.25, 4], bias: [0.2, 2], coarse: [0.2, 4] }),
    rotation: 20,
    warp: { share: 0.5, stretch: 1.3, bend: 0.4 },
  },
} as const satisfies Partial<Stage>;

/**
 * Small crops first, where a step costs half; then larger ones and more corrections; then more livers and fewer
 * made-up structures, as the val livers' first click had fallen behind (0.76 at margin 2.2); then as long again as all
 * before it, with more whole slices and smaller structures, as the head-and-neck set's first clicks had (0.31); then
 * once more, as every unseen group was still gaining. Stages 6 and 7 began
 * from the exported file of version 0.4.0 (`train --stage 6 --from`), as the machine that had the checkpoints was gone. In
 * the runtime's windows a structure takes 0.15 to 0.6 of the side, 0.38 in the middle; before them training drew 0.09 to
 * 0.92, and the first click did not know how large a structure to expect. Stage 7 sees as many pixels
 * as the runtime's window, too few of them whole slices (chest's first click fell from 0.66 to 0.62); stage 8 lies between.
 * Stage 9 goes on in the same windows for longer than all before it, in a batch that rolls (docs/decisions/0707), with more
 * corrections an image and more varied intensities, as the 10th and 15th click on the chest and the first ones on MR lagged.
 * Stage 10 shows structures that no label names, in windows that stay on the slice (docs/decisions/0708), as the chest had lost.
 * Stage 11 lets tissues change places in a quarter of its crops; version 0.8.0 is the mean of its weights and those
 * of stage 10 (`average`, docs/decisions/0709). Stage 12 is more of the same, 3.5 times as many images as all before it, on a GPU
 * (`gpu/train.py`, docs/decisions/0711); version 0.10.0 has three quarters of its weights and a quarter of 0.9.0's. Stage 13 gave the network the mask before the newest click
 * (docs/decisions/0714), and as many images again on a GPU, a fifth of them as from larger pixels, with more corrections each.
 * Stage 14 makes half of it up: a quarter of the crops are pictures of nothing, another quarter structures that nobody drew, and half of all
 * slices are bent (docs/decisions/0716). Stage 15 is the same once more, with Muon in Adam's place (docs/decisions/0718).
 */
export const STAGES: readonly Stage[] = [
  { ...COMMON, steps: 1500, crop: [96, 96], interactions: 4, learningRate: 1e-3 },
  { ...COMMON, steps: 1100, crop: [128, 128], interactions: 6, learningRate: 7e-4 },
  {
    ...COMMON,
    steps: 300,
    crop: [128, 128],
    interactions: 5,
    learningRate: 4e-4,
    synthetic: 0.12,
    weights: { ct2d_liver_msd: 0.42, ct_abdomen: 0.3, ct_tumour_sts: 0.16, ct_headneck_openkbp: 0.12 },
  },
  {
    ...LATE,
    steps: 2200,
    learningRate: 6e-4,
    synthetic: 0.15,
    weights: { ct2d_liver_msd: 0.3, ct_abdomen: 0.34, ct_tumour_sts: 0.16, ct_headneck_openkbp: 0.2 },
  },
  {
    ...LATE,
    steps: 2400,
    learningRate: 7e-4,
    synthetic: 0.12,
    weights: { ct2d_liver_msd: 0.32, ct_abdomen: 0.36, ct_tumour_sts: 0.16, ct_headneck_openkbp: 0.16 },
  },
  {
    ...FITTED,
    steps: 2000,
    crop: [128, 128],
    interactions: 6,
    learningRate: 8e-4,
    augmentation: FITTED_WINDOWS,
  },
  {
    ...FITTED,
    steps: 400,
    crop: [192, 192],
    interactions: 8,
    learningRate: 3e-4,
    augmentation: { ...COMMON.augmentation, size: [36, 126], whole: 0.15 },
  },
  {
    ...FITTED,
    steps: 1500,
    crop: [160, 160],
    interactions: 8,
    learningRate: 6e-4,
    augmentation: FITTED_160,
  },
  {
    ...ROLLING,
    steps: 14000,
    interactions: 12,
    learningRate: 8e-4,
    augmentation: {
      ...FITTED_160,
      intensities: { ...COMMON.augmentation.intensities, curve: [0.4, 1.6], negative: 0.15 },
    },
  },
  {
    ...POOLED,
    steps: 4200,
    interactions: 14,
    learningRate: 6e-4,
    united: 0.12,
    parted: 0.06,
    weights: { ct2d_liver_msd: 0.3, ct_abdomen: 0.34, ct_tumour_sts: 0.2, ct_headneck_openkbp: 0.16 },
    augmentation: onSlice({ curve: [0.4, 1.8], bias: [0.25, 2] }),
  },
  {
    ...POOLED,
    steps: 3000,
    interactions: 12,
    learningRate: 5e-4,
    united: 0.05,
    parted: 0.04,
    weights: { ct2d_liver_msd: 0.3, ct_abdomen: 0.36, ct_tumour_sts: 0.2, ct_headneck_openkbp: 0.14 },
    augmentation: onSlice({ curve: [0.3, 1.8], remap: [0.25, 4], bias: [0.2, 2] }),
  },
  {
    ...POOLED,
    steps: 19200,
    batch: 96,
    interactions: 12,
    learningRate: 1e-3,
    united: 0.05,
    parted: 0.03,
    weights: { ct2d_liver_msd: 0.32, ct_abdomen: 0.34, ct_tumour_sts: 0.2, ct_headneck_openkbp: 0.14 },
    augmentation: onSlice({ curve: [0.3, 1.8], remap: [0.2, 4], bias: [0.2, 2] }),
  },
  {
    ...POOLED,
    steps: 19400,
    batch: 96,
    interactions: 14,
    learningRate: 1e-3,
    average: 0.999,
    synthetic: 0.25,
    united: 0.05,
    parted: 0.03,
    weights: { ct2d_liver_msd: 0.32, ct_abdomen: 0.34, ct_tumour_sts: 0.2, ct_headneck_openkbp: 0.14 },
    augmentation: onSlice({ curve: [0.3, 1.8], remap: [0.25, 4], bias: [0.2, 2], coarse: [0.2, 4] }),
  },
  { ...MADE_UP, steps: 36500 },
  { ...MADE_UP, steps: 28700 },
];

/** What the runtime reads from the model; training prepares its images with the same function and values. */
export const MODEL_CT_METADATA: ModelMetadata = {
  ...METADATA_DEFAULTS,
  format: 1,
  name: 'clickseg-ct',
  version: '0.13.0',
  spacing: 1.5,
  // At 0.6 more of the next clicks add than take away, and those bring more (docs/decisions/0709).
  threshold: 0.6,
  // A click is obeyed, and what lies around it follows (docs/decisions/0513).
  certainty: 0.9,
  // An overview finds the structure, a window around it outlines it; both are scaled to the structure, not to mm.
  zoom: { overview: 128, window: 192, margin: 2.2 },
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
