import { withDefaults } from '@clickseg/raster';
import { seededRandom } from '@clickseg/simulate';
import type { CalibrationInput } from '../quantize/calibrate.ts';
import { inputChannels } from '../unet/channels.ts';
import { readsPreviousMask } from '../unet/previous-mask.ts';
import { type ClickOptions, clickBatch, stackBatch } from './clicks.ts';
import type { OnnxRuntime } from './network.ts';
import type { TrainingSet } from './sample.ts';
import { sessionOptions } from './session-options.ts';

export interface TypicalInputsOptions extends Partial<Omit<ClickOptions, 'random' | 'previousMask'>> {
  readonly ort: OnnxRuntime;
  readonly batches?: number;
  readonly batch?: number;
  readonly seed?: number;
  /** CPU threads of onnxruntime; its own choice by default. */
  readonly threads?: number;
}

export const TYPICAL_INPUTS_DEFAULTS = {
  batches: 6,
  batch: 16,
  seed: 4242,
  interactions: 5,
  reading: 'number',
  strategy: 'sakinis',
  sigma: 2,
} as const;

/**
 * What a model sees in training: images of the set with the clicks that its own mistakes draw, batch by batch. For
 * `importWeights` and `quantize`, which measure a network's activations.
 *
 * @param model - as `exportModel` writes it
 * @returns inputs `[batch, 3, h, w]`, or `[batch, 4, h, w]` where the model reads its previous mask
 */
export async function typicalInputs(
  set: TrainingSet,
  model: Uint8Array,
  options: TypicalInputsOptions,
): Promise<CalibrationInput[]> {
  const { ort, batches, batch, seed, threads, ...clicking } = withDefaults(TYPICAL_INPUTS_DEFAULTS, options);
  const [h, w] = set.shape;
  const random = seededRandom(seed);
  const previousMask = readsPreviousMask(model);
  const shapeOf = (n: number) => [n, inputChannels({ previousMask }), h, w];
  const session = await ort.InferenceSession.create(model, sessionOptions(threads));
  const predict = async (input: Float32Array, n: number) => {
    const { probability } = await session.run({ input: new ort.Tensor('float32', input, shapeOf(n)) });
    return probability.data as Float32Array;
  };
  const inputs: CalibrationInput[] = [];
  try {
    while (inputs.length < batches) {
      const samples = Array.from({ length: batch }, () => set.draw(random));
      const clicked = await clickBatch(samples, set.shape, predict, { ...clicking, previousMask, random });
      inputs.push({ data: stackBatch(samples, clicked, set.shape, clicking.sigma), shape: shapeOf(batch) });
    }
  } finally {
    await session.release();
  }
  return inputs;
}
