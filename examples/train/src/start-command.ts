import { seededRandom } from '@clickseg/simulate';
import { sliceSet, unet, widen, writeCheckpoint } from '@clickseg/train';
import { networkOf, readBaseModel } from './base-model.ts';
import { MODEL_CT, STAGES, type Stage } from './recipe.ts';
import { trainingSlices } from './training-slices.ts';
import { checkWritable, writeWhole } from './write-whole.ts';

export interface StartCommand {
  /** An export of MODEL_CT's network. */
  readonly from: string;
  /** Channels of the first block, at least the model's. */
  readonly width: number;
  /** Adds the mask before the newest click as an input where the model has none. */
  readonly previousMask?: boolean;
  readonly out: string;
  readonly data?: string;
  /** What `pack` wrote, instead of a data folder. */
  readonly slices?: string;
  /** Instead of model-ct's own; the last one's crops measure the model. */
  readonly stages?: readonly Stage[];
}

/**
 * Writes a checkpoint of a model's weights, for `gpu/train.py --start`; a wider one, and one with a previous mask, answers
 * as the model does.
 */
export async function startCommand({
  from,
  width,
  previousMask,
  out,
  data,
  slices,
  stages = STAGES,
}: StartCommand): Promise<void> {
  await checkWritable(out);
  const base = await readBaseModel(from);
  const stage = stages[stages.length - 1];
  const set = sliceSet(await trainingSlices('start', { data, slices }), { shape: stage.crop, ...stage });
  const before = await networkOf(base, { ...MODEL_CT, previousMask }, set);
  const net = unet({ ...before.net, width });
  const weights = widen(before, net, seededRandom(MODEL_CT.seed));
  const zeros = () => new Float32Array(net.layout.parameterCount);
  const state = { ...weights, m: zeros(), v: zeros() };
  await writeWhole(out, writeCheckpoint({ step: 0, recipe: 'start', state }));
  console.log(`wrote ${out}: ${net.layout.parameterCount} parameters, ${net.inputChannels} input channels`);
}
