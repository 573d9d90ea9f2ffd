import { AUGMENTATION_DEFAULTS } from './crop.ts';
import { TRAIN_DEFAULTS } from './train.ts';

/** The paper's numbers of training and of test interactions (Table I). */
export const PAPER_INTERACTIONS = [1, 2, 5, 10, 15] as const;

// The paper's network reads no previous mask.
const { previousMaskDrop: _, ...DEFAULTS } = TRAIN_DEFAULTS;

/**
 * The paper's experiment (III-C and IV) as options: `train(sliceSet(slices, TRAIN_PRESETS.paper.set),
 * { ...TRAIN_PRESETS.paper.train, net, ort, steps })`.
 *
 * Adam at a fixed 1e-4, batch 16, seed 4242, 512 x 512 pixels of 1.0 mm, no augmentation, every structure that a slice
 * shows. K is 5 here, the middle of {@link PAPER_INTERACTIONS}. Where memory does not hold the activations of 16 such
 * images, add a `microBatch`.
 */
export const TRAIN_PRESETS = {
  paper: {
    /** mm */
    spacing: 1,
    set: { shape: [512, 512], minArea: 1, synthetic: 0, augmentation: AUGMENTATION_DEFAULTS },
    train: {
      ...DEFAULTS,
      batch: 16,
      interactions: 5,
      learningRate: 1e-4,
      schedule: 'fixed',
      seed: 4242,
      average: 0,
    },
  },
} as const;
