import { type Click, renderGuidance } from '@clickseg/guidance';
import { raster } from '@clickseg/raster';
import {
  drawInteractions,
  type InteractionsOptions,
  interactionProbability,
  type NextClickOptions,
  nextClick,
} from '@clickseg/simulate';
import type { TrainingSample } from './sample.ts';

/** A prediction of several inputs `[n, 3, h, w]` at once: their probability maps, `[n, 1, h, w]`. */
export type PredictBatch = (input: Float32Array, n: number) => Promise<Float32Array>;

export interface ClickOptions {
  /** K: most interactions after the first click. */
  readonly interactions: number;
  /** How "the probability falls linearly" is read: see `drawInteractions` of @clickseg/simulate. */
  readonly reading: NonNullable<InteractionsOptions['reading']>;
  readonly strategy: NextClickOptions['strategy'];
  /** Standard deviation of the guidance, pixels. */
  readonly sigma: number;
  readonly random: () => number;
}

/**
 * Clicks for a batch as in III-C: one foreground click each, then up to K rounds of prediction and
 * correction. Which rounds an image takes part in is drawn, with a probability that falls linearly;
 * there it gets a click where its prediction is most wrong, and none where it is predicted perfectly.
 *
 * @returns each sample's clicks, in the order in which they were made
 */
export async function clickBatch(
  samples: readonly TrainingSample[],
  [h, w]: readonly [number, number],
  predict: PredictBatch,
  { interactions, reading, strategy, sigma, random }: ClickOptions,
): Promise<Click[][]> {
  const how = { strategy, random };
  const clicks = samples.map((sample) => {
    const first = firstClick(sample, [h, w], how);
    return first ? [first] : [];
  });
  const drawn =
    reading === 'number' && interactions > 0
      ? samples.map(() => drawInteractions(interactions, random, { reading }))
      : undefined;
  const takesPart = (i: number, k: number) =>
    drawn?.[i][k] ?? random() < interactionProbability(k, interactions);
  for (let k = 0; k < interactions; k++) {
    const active = samples.map((_, i) => i).filter((i) => takesPart(i, k));
    if (active.length === 0) continue;
    const input = stackBatch(
      active.map((i) => samples[i]),
      active.map((i) => clicks[i]),
      [h, w],
      sigma,
    );
    const map = await predict(input, active.length);
    for (const [at, i] of active.entries()) {
      const next = correctingClick(samples[i], map.subarray(at * h * w, (at + 1) * h * w), [h, w], how);
      if (next) clicks[i].push(next);
    }
  }
  return clicks;
}

type Annotator = Pick<ClickOptions, 'strategy' | 'random'>;

/** A foreground click on the structure, before anything is predicted; none where the sample shows nothing. */
export function firstClick(
  sample: TrainingSample,
  [h, w]: readonly [number, number],
  how: Annotator,
): Click | undefined {
  return correctingClick(sample, new Float32Array(h * w), [h, w], how);
}

/** A click where a probability map `[h, w]` is most wrong; none where its mask is right. */
export function correctingClick(
  { target }: TrainingSample,
  probability: Float32Array,
  shape: readonly [number, number],
  how: Annotator,
): Click | undefined {
  const mask = new Uint8Array(probability.length);
  for (let k = 0; k < mask.length; k++) if (probability[k] >= 0.5) mask[k] = 1;
  return nextClick(raster(target, shape), raster(mask, shape), how);
}

/** Images and their clicks as the network's input, `[n, 3, h, w]`. */
export function stackBatch(
  samples: readonly TrainingSample[],
  clicks: readonly (readonly Click[])[],
  [h, w]: readonly [number, number],
  sigma: number,
): Float32Array<ArrayBuffer> {
  const plane = h * w;
  const input = new Float32Array(samples.length * 3 * plane);
  for (const [i, { image }] of samples.entries()) {
    input.set(image, 3 * i * plane);
    input.set(renderGuidance(clicks[i], { shape: [h, w], sigma }).data, (3 * i + 1) * plane);
  }
  return input;
}
