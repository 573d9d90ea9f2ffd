import { ClicksegError } from '@clickseg/raster';
import { seededRandom } from '@clickseg/simulate';
import { checkTrainOptions, unet, widen, writeCheckpoint } from '@clickseg/train';
import { networkOf } from './base-model.ts';
import { readModelCt } from './model-ct-base.ts';
import { MODEL_CT, STAGES, type Stage } from './recipe.ts';
import { stageSet } from './stage-set.ts';
import { trainingSlices } from './training-slices.ts';
import { checkWritable, writeWhole } from './write-whole.ts';

export interface StartCommand {
  /** An export of MODEL_CT's network, or of one of other levels. */
  readonly from: string;
  /** Channels of the first block, at least the model's. */
  readonly width: number;
  /** Of the model, where they are not MODEL_CT's. */
  readonly levels?: number;
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
 *
 * @throws ClicksegError `invalid-file`, `invalid-model`; `invalid-option` for a width below the model's, before slices are read
 */
export async function startCommand({
  from,
  width,
  levels = MODEL_CT.levels,
  previousMask,
  out,
  data,
  slices,
  stages = STAGES,
}: StartCommand): Promise<void> {
  await checkWritable(out);
  const base = await readModelCt(from, levels);
  if (!Number.isInteger(width) || width < MODEL_CT.width) {
    const why = `cannot hold the ${MODEL_CT.width} channels of ${from}`;
    throw new ClicksegError('invalid-option', `start: --width ${width} ${why}`);
  }
  const stage = stages[stages.length - 1];
  // Refuses a network that none is, or that no file holds.
  checkTrainOptions(stage.crop, { net: unet({ ...MODEL_CT, width, levels }), steps: 1, batch: 1 });
  const set = stageSet(await trainingSlices('start', { data, slices }), stage);
  const before = await networkOf(base, { ...MODEL_CT, levels, previousMask }, set);
  const net = unet({ ...before.net, width });
  const weights = widen(before, net, seededRandom(MODEL_CT.seed));
  const zeros = () => new Float32Array(net.layout.parameterCount);
  const state = { ...weights, m: zeros(), v: zeros() };
  await writeWhole(out, writeCheckpoint({ step: 0, recipe: 'start', state }));
  console.log(`wrote ${out}: ${net.layout.parameterCount} parameters, ${net.inputChannels} input channels`);
}
