import { seededRandom } from '@clickseg/simulate';
import { sliceSet, unet, widen, writeCheckpoint } from '@clickseg/train';
import { readBaseModel, weightsOf } from './base-model.ts';
import { MODEL_CT, STAGES } from './recipe.ts';
import { trainingSlices } from './training-slices.ts';
import { checkWritable, writeWhole } from './write-whole.ts';

export interface StartCommand {
  /** An export of MODEL_CT's network. */
  readonly from: string;
  /** Channels of the first block, at least the model's. */
  readonly width: number;
  readonly out: string;
  readonly data?: string;
  /** What `pack` wrote, instead of a data folder. */
  readonly slices?: string;
}

/** Writes a checkpoint of a model's weights, for `gpu/train.py --start`; a wider one answers as the model does. */
export async function startCommand({ from, width, out, data, slices }: StartCommand): Promise<void> {
  await checkWritable(out);
  const base = await readBaseModel(from);
  const stage = STAGES[STAGES.length - 1];
  const set = sliceSet(await trainingSlices('start', { data, slices }), { shape: stage.crop, ...stage });
  const narrow = unet(MODEL_CT);
  const net = unet({ ...MODEL_CT, width });
  const before = { net: narrow, weights: await weightsOf(base, narrow, set) };
  const weights = widen(before, net, seededRandom(MODEL_CT.seed));
  const zeros = () => new Float32Array(net.layout.parameterCount);
  const state = { ...weights, m: zeros(), v: zeros() };
  await writeWhole(out, writeCheckpoint({ step: 0, recipe: 'start', state }));
  console.log(`wrote ${out}: ${net.layout.parameterCount} parameters`);
}
