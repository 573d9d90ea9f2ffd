import { seededRandom } from '@clickseg/simulate';
import { sliceSet, unet, widen, writeCheckpoint } from '@clickseg/train';
import { readBaseModel, weightsOf } from './base-model.ts';
import { MODEL_CT, networkOf, STAGES } from './recipe.ts';
import { trainingSlices } from './training-slices.ts';
import { writeWhole } from './write-whole.ts';

export interface WidenCommand {
  readonly from: string;
  readonly width: number;
  readonly out: string;
  readonly data?: string;
  readonly slices?: string;
}

/** Writes a checkpoint of a wider network that answers as a model does, for `gpu/train.py --start`. */
export async function widenCommand({ from, width, out, data, slices }: WidenCommand): Promise<void> {
  const base = await readBaseModel(from);
  const set = sliceSet(await trainingSlices('widen', { data, slices }), {
    shape: STAGES[STAGES.length - 1].crop,
    ...STAGES[STAGES.length - 1],
  });
  const narrow = networkOf(STAGES[0]);
  const net = unet({ ...MODEL_CT, width });
  const weights = widen({ net: narrow, weights: await weightsOf(base, narrow, set) }, net, seededRandom(MODEL_CT.seed));
  const zeros = () => new Float32Array(net.layout.parameterCount);
  const state = { ...weights, m: zeros(), v: zeros() };
  await writeWhole(out, writeCheckpoint({ step: 0, recipe: `widened to ${width}`, state }));
  console.log(`wrote ${out}: ${net.layout.parameterCount} parameters`);
}
