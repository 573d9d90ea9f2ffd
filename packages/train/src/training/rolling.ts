import type { Click } from '@clickseg/guidance';
import { type ClickOptions, correctingClick, firstClick } from './clicks.ts';
import type { TrainingSample, TrainingSet } from './sample.ts';

/** An image that is still in the batch: what a checkpoint needs to find it, and its clicks, again. */
export interface OpenImage {
  /** 1, 2, ... in the order in which images entered; the number of the random stream that drew it. */
  readonly number: number;
  /** Corrections still to come. */
  readonly left: number;
  readonly clicks: readonly Click[];
}

export interface RollingOptions {
  readonly batch: number;
  /** K: most corrections an image. */
  readonly interactions: number;
  readonly strategy: ClickOptions['strategy'];
  /** The random stream of an image, by its number. */
  readonly streamOf: (number: number) => () => number;
  /** The batch of an interrupted run. */
  readonly open?: readonly OpenImage[];
}

/**
 * A batch whose images stay for t + 1 steps, t drawn from 0 to K: an image is trained on with its first click, then
 * with each correction, and the click comes from the answer of the step itself.
 */
export interface RollingBatch {
  readonly samples: readonly TrainingSample[];
  readonly clicks: readonly (readonly Click[])[];
  /** The images as they stand, for a checkpoint. */
  readonly open: readonly OpenImage[];
  /**
   * Corrects every image where the step's answer is most wrong; one that has had its t corrections, or that nothing
   * is wrong with, makes room for the next.
   *
   * @param probability - `[n, 1, h, w]`
   */
  advance(probability: Float32Array, random: () => number): void;
}

export function rollingBatch(
  set: TrainingSet,
  { batch, interactions, strategy, streamOf, open }: RollingOptions,
): RollingBatch {
  const { shape } = set;
  const plane = shape[0] * shape[1];
  const enter = (number: number): { image: OpenImage; sample: TrainingSample } => {
    const random = streamOf(number);
    const sample = set.draw(random);
    const first = firstClick(sample, shape, { strategy, random });
    const left = Math.floor(random() * (interactions + 1));
    return { image: { number, left, clicks: first ? [first] : [] }, sample };
  };
  const slots = open
    ? open.map((image) => ({ image, sample: set.draw(streamOf(image.number)) }))
    : Array.from({ length: batch }, (_, i) => enter(i + 1));
  let entered = Math.max(...slots.map(({ image }) => image.number));

  return {
    get samples() {
      return slots.map(({ sample }) => sample);
    },
    get clicks() {
      return slots.map(({ image }) => image.clicks);
    },
    get open() {
      return slots.map(({ image }) => image);
    },
    advance(probability, random) {
      for (const [i, { image, sample }] of slots.entries()) {
        const answer = probability.subarray(i * plane, (i + 1) * plane);
        const next =
          image.left > 0 ? correctingClick(sample, answer, shape, { strategy, random }) : undefined;
        slots[i] = next
          ? { image: { ...image, left: image.left - 1, clicks: [...image.clicks, next] }, sample }
          : enter(++entered);
      }
    },
  };
}
