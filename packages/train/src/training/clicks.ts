import { type Click, renderGuidance } from '@clickseg/guidance';
import { raster } from '@clickseg/raster';
import {
  drawInteractions,
  type InteractionsOptions,
  interactionProbability,
  type NextClickOptions,
  nextClick,
} from '@clickseg/simulate';
import { inputChannels } from '../unet/channels.ts';
import type { TrainingSample } from './sample.ts';

/** A prediction of several inputs `[n, c, h, w]` at once, c the network's: their probability maps, `[n, 1, h, w]`. */
export type PredictBatch = (input: Float32Array, n: number) => Promise<Float32Array>;

export interface ClickOptions {
  /** K: most interactions after the first click. */
  readonly interactions: number;
  /** How "the probability falls linearly" is read: see `drawInteractions` of @clickseg/simulate. */
  readonly reading: NonNullable<InteractionsOptions['reading']>;
  readonly strategy: NextClickOptions['strategy'];
  /** Standard deviation of the guidance, pixels. */
  readonly sigma: number;
  /** Whether the network reads the mask before the newest click. */
  readonly previousMask?: boolean;
  readonly random: () => number;
}

/** Clicks of a batch's images. */
export interface Clicked {
  /** Each image's, in the order in which they were made. */
  readonly clicks: readonly (readonly Click[])[];
  /**
   * Of a network that reads them: each image's mask `[h, w]`, 0 or 1, on which its newest click was chosen; undefined where that
   * is its first.
   */
  readonly previous?: readonly (Uint8Array | undefined)[];
}

/**
 * Clicks for a batch as in III-C: one foreground click each, then up to K rounds of prediction and
 * correction. Which rounds an image takes part in is drawn, with a probability that falls linearly;
 * there it gets a click where its prediction is most wrong, and none where it is predicted perfectly.
 */
export async function clickBatch(
  samples: readonly TrainingSample[],
  [h, w]: readonly [number, number],
  predict: PredictBatch,
  { interactions, reading, strategy, sigma, previousMask = false, random }: ClickOptions,
): Promise<Clicked> {
  const how = { strategy, random };
  const clicks = samples.map((sample) => {
    const first = firstClick(sample, [h, w], how);
    return first ? [first] : [];
  });
  const previous = samples.map((): Uint8Array | undefined => undefined);
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
      {
        clicks: active.map((i) => clicks[i]),
        ...(previousMask && { previous: active.map((i) => previous[i]) }),
      },
      [h, w],
      sigma,
    );
    const map = await predict(input, active.length);
    for (const [at, i] of active.entries()) {
      const mask = maskOf(map.subarray(at * h * w, (at + 1) * h * w));
      const next = correctingClick(samples[i], mask, [h, w], how);
      if (!next) continue;
      clicks[i].push(next);
      previous[i] = mask;
    }
  }
  return { clicks, ...(previousMask && { previous }) };
}

type Annotator = Pick<ClickOptions, 'strategy' | 'random'>;

/** A foreground click on the structure, before anything is predicted; none where the sample shows nothing. */
export function firstClick(
  sample: TrainingSample,
  [h, w]: readonly [number, number],
  how: Annotator,
): Click | undefined {
  return correctingClick(sample, new Uint8Array(h * w), [h, w], how);
}

/** What a probability map shows, 0 or 1. */
export function maskOf(probability: Float32Array): Uint8Array {
  const mask = new Uint8Array(probability.length);
  for (let k = 0; k < mask.length; k++) if (probability[k] >= 0.5) mask[k] = 1;
  return mask;
}

/** A click where a mask `[h, w]` is most wrong; none where it is right. */
export function correctingClick(
  { target }: TrainingSample,
  mask: Uint8Array,
  shape: readonly [number, number],
  how: Annotator,
): Click | undefined {
  return nextClick(raster(target, shape), raster(mask, shape), how);
}

/** Images and their clicks as the network's input, `[n, 3, h, w]`; with their previous masks, `[n, 4, h, w]`. */
export function stackBatch(
  samples: readonly TrainingSample[],
  { clicks, previous }: Clicked,
  [h, w]: readonly [number, number],
  sigma: number,
): Float32Array<ArrayBuffer> {
  const plane = h * w;
  const channels = inputChannels({ previousMask: previous !== undefined });
  const input = new Float32Array(samples.length * channels * plane);
  for (const [i, { image }] of samples.entries()) {
    const at = channels * i * plane;
    input.set(image, at);
    input.set(renderGuidance(clicks[i], { shape: [h, w], sigma }).data, at + plane);
    const mask = previous?.[i];
    if (mask) input.set(mask, at + (channels - 1) * plane);
  }
  return input;
}
