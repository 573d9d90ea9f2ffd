import type { UnetWeights } from '../unet/unet.ts';
import { type Clicked, type ClickOptions, clickBatch } from './clicks.ts';
import type { TrainingNetwork } from './network.ts';
import { randomStream } from './random-stream.ts';
import { type OpenImage, rollingBatch } from './rolling.ts';
import type { TrainingSample, TrainingSet } from './sample.ts';

/** Images and the clicks that a step trains on. */
export interface ClickedBatch extends Clicked {
  readonly samples: readonly TrainingSample[];
}

/** Where the batches of a training run come from. */
export interface BatchSource {
  /** The batch of a step, 1, 2, ..., clicked with these weights. */
  batch(step: number, weights: UnetWeights): Promise<ClickedBatch>;
  /** Hears what the step answered, `[n, 1, h, w]`. */
  answered(step: number, probability: Float32Array): void;
  /** The images that stay in the batch, for a checkpoint; none where every step draws its own. */
  readonly open?: readonly OpenImage[];
}

export interface BatchSourceOptions extends Omit<ClickOptions, 'random' | 'reading'> {
  readonly reading: ClickOptions['reading'] | 'rolling';
  readonly batch: number;
  /** Images open at once with 'rolling'. */
  readonly pool?: number;
  /** With `previousMask`: the share of a batch's images whose mask is left out. */
  readonly previousMaskDrop: number;
  readonly seed: number;
  /** The open images of an interrupted run. */
  readonly open?: readonly OpenImage[];
}

export function batchSource(
  set: TrainingSet,
  { predicting }: Pick<TrainingNetwork, 'predicting'>,
  { reading, batch, pool, previousMaskDrop, seed, open, ...how }: BatchSourceOptions,
): BatchSource {
  // Nothing is drawn for a network without the channel: its steps stay what they were.
  const withDrops = ({ samples, clicks, previous }: ClickedBatch, random: () => number): ClickedBatch => ({
    samples,
    clicks,
    ...(previous && { previous: previous.map((mask) => (random() < previousMaskDrop ? undefined : mask)) }),
  });
  if (reading === 'rolling') {
    // Even numbers for the images, odd ones for the steps' clicks.
    const streamOf = (image: number) => randomStream(seed, 2 * image);
    const rolling = rollingBatch(set, { ...how, batch, pool, streamOf, open });
    let random: () => number;
    return {
      async batch(step) {
        random = randomStream(seed, 2 * step - 1);
        rolling.choose(random);
        return withDrops(rolling, random);
      },
      answered: (_step, probability) => rolling.advance(probability, random),
      get open() {
        return rolling.open;
      },
    };
  }
  return {
    async batch(step, weights) {
      const random = randomStream(seed, step);
      const samples = Array.from({ length: batch }, () => set.draw(random));
      const clicked = await predicting(weights, (predict) =>
        clickBatch(samples, set.shape, predict, { ...how, reading, random }),
      );
      return withDrops({ samples, ...clicked }, random);
    },
    answered() {},
  };
}
