import type { Click } from '@clickseg/guidance';
import { type Clicked, type ClickOptions, correctingClick, firstClick, maskOf } from './clicks.ts';
import { fromRunLengths, runLengths } from './run-lengths.ts';
import type { TrainingSample, TrainingSet } from './sample.ts';

/** An image that is still in the batch: what a checkpoint needs to find it, and its clicks, again. */
export interface OpenImage {
  /** 1, 2, ... in the order in which images entered; the number of the random stream that drew it. */
  readonly number: number;
  /** Corrections still to come. */
  readonly left: number;
  readonly clicks: readonly Click[];
  /**
   * With `previousMask`, and after the first click: the answer on which the newest was chosen, as the lengths of its runs of 0
   * and 1 by turns, row after row.
   */
  readonly previous?: readonly number[];
}

export interface RollingOptions {
  readonly batch: number;
  /** Images that are open at once, from which each batch is drawn; `batch`, so that every step takes all, by default. */
  readonly pool?: number;
  /** K: most corrections an image. */
  readonly interactions: number;
  readonly strategy: ClickOptions['strategy'];
  /** Whether the answers on which clicks are chosen are kept, for a network that reads them. */
  readonly previousMask?: boolean;
  /** The random stream of an image, by its number. */
  readonly streamOf: (number: number) => () => number;
  /** The batch of an interrupted run. */
  readonly open?: readonly OpenImage[];
}

/**
 * Images that stay open for t + 1 steps, t drawn from 0 to K: an image is trained on with its first click, then
 * with each correction, and the click comes from the answer of the step itself. With a pool larger than the batch, an
 * image's steps lie apart, and neighbouring steps share few images.
 */
export interface RollingBatch extends Clicked {
  /** The images of the step that is due. */
  readonly samples: readonly TrainingSample[];
  /** The place in the pool of each of them; where an image has left, another takes its place. */
  readonly places: readonly number[];
  /** All open images as they stand, for a checkpoint taken between `advance` and the next `choose`. */
  readonly open: readonly OpenImage[];
  /** Draws the step's images from the pool; before that, and without a pool, they are the first ones. */
  choose(random: () => number): void;
  /**
   * Corrects every image of the step where its answer is most wrong; one that has had its t corrections, or that
   * nothing is wrong with, makes room for the next.
   *
   * @param probability - `[n, 1, h, w]`
   */
  advance(probability: Float32Array, random: () => number): void;
}

interface Slot {
  readonly image: OpenImage;
  readonly sample: TrainingSample;
  readonly mask?: Uint8Array;
}

/**
 * Begins to roll, or goes on with `open`.
 *
 * @param set - where images come from
 */
export function rollingBatch(
  set: TrainingSet,
  { batch, pool = batch, interactions, strategy, previousMask = false, streamOf, open }: RollingOptions,
): RollingBatch {
  const { shape } = set;
  const plane = shape[0] * shape[1];
  const enter = (number: number): Slot => {
    const random = streamOf(number);
    const sample = set.draw(random);
    const first = firstClick(sample, shape, { strategy, random });
    const left = Math.floor(random() * (interactions + 1));
    return { image: { number, left, clicks: first ? [first] : [] }, sample };
  };
  const enterAgain = ({ previous, ...image }: OpenImage): Slot => ({
    image,
    sample: set.draw(streamOf(image.number)),
    ...(previous && { mask: fromRunLengths(previous, plane) }),
  });
  const slots = open ? open.map(enterAgain) : Array.from({ length: pool }, (_, i) => enter(i + 1));
  let entered = Math.max(...slots.map(({ image }) => image.number));
  const due = Array.from({ length: batch }, (_, i) => i);

  return {
    get samples() {
      return due.map((at) => slots[at].sample);
    },
    get clicks() {
      return due.map((at) => slots[at].image.clicks);
    },
    get previous() {
      return previousMask ? due.map((at) => slots[at].mask) : undefined;
    },
    get places() {
      return due;
    },
    get open() {
      return slots.map(({ image, mask }) => (mask ? { ...image, previous: runLengths(mask) } : image));
    },
    choose(random) {
      if (pool === batch) return;
      const rest = Array.from({ length: pool }, (_, i) => i);
      for (let i = 0; i < batch; i++) {
        const at = i + Math.floor(random() * (pool - i));
        [rest[i], rest[at]] = [rest[at], rest[i]];
        due[i] = rest[i];
      }
    },
    advance(probability, random) {
      for (const [i, at] of due.entries()) {
        const { image, sample } = slots[at];
        const mask = maskOf(probability.subarray(i * plane, (i + 1) * plane));
        const next = image.left > 0 ? correctingClick(sample, mask, shape, { strategy, random }) : undefined;
        if (!next) slots[at] = enter(++entered);
        else {
          const clicked = { ...image, left: image.left - 1, clicks: [...image.clicks, next] };
          slots[at] = { image: clicked, sample, ...(previousMask && { mask }) };
        }
      }
    },
  };
}
