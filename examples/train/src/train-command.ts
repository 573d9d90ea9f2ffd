import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { checkTrainOptions, exportModel, train, type UnetWeights, unet } from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { networkOf } from './base-model.ts';
import { lossCurve } from './loss-curve.ts';
import { readModelCt } from './model-ct-base.ts';
import { modelProperties } from './model-properties.ts';
import { naming } from './naming.ts';
import { progressBar } from './progress-bar.ts';
import { MODEL_CT, MODEL_CT_METADATA, STAGES, type Stage } from './recipe.ts';
import { BEGIN_ANEW, checkpointPath, openRun } from './run-folder.ts';
import { holding } from './run-lock.ts';
import { compareSettings } from './run-settings.ts';
import { sliceMarks } from './slice-marks.ts';
import { stageSet } from './stage-set.ts';
import { trainingSlices } from './training-slices.ts';
import { writeWhole } from './write-whole.ts';

export interface TrainCommand {
  readonly data?: string;
  readonly out: string;
  /** Instead of model-ct's own. */
  readonly stages?: readonly Stage[];
  /** The first stage to run, 1 for all of them; a later one goes on from the weights of `from`. */
  readonly stage?: number;
  /** A model that was exported before `stage`. */
  readonly from?: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Trains model-ct from a data folder into a run folder; run again, it resumes.
 *
 * @throws ClicksegError `invalid-option` where the folder was begun with other slices, or for threads that no machine has;
 *   `invalid-model` for a model to go on from of another network
 */
export async function trainCommand(options: TrainCommand): Promise<void> {
  const { out, stages = STAGES, stage: first = 1, from } = options;
  if (!Number.isInteger(first) || first < 1 || first > stages.length) {
    throw new ClicksegError('invalid-option', `train: --stage ${first} is none of 1 to ${stages.length}`);
  }
  if (first > 1 && from === undefined) {
    const why = 'goes on from a model: name it with --from';
    throw new ClicksegError('invalid-option', `train: --stage ${first} ${why}`);
  }
  // Before scans are read, which takes minutes.
  const { threads } = options;
  for (const stage of stages) {
    checkTrainOptions(stage.crop, { ...MODEL_CT, ...stage, net: unet(MODEL_CT), threads });
  }
  await holding(out, () => trainLocked({ ...options, stages, stage: first }));
}

async function trainLocked({
  data,
  out,
  stages,
  stage: first,
  from,
  threads,
  signal,
}: TrainCommand & Required<Pick<TrainCommand, 'stages' | 'stage'>>): Promise<void> {
  // Before scans are read, which takes minutes.
  const model = from === undefined ? undefined : await readModelCt(from);
  const slices = await trainingSlices('train', { data });
  console.log(`${slices.length} slices`);

  const run = await openRun(out);
  // A folder of an earlier version has no such file: it is gone on with, and gets one.
  const keepSettings = await compareSettings(out, 'train.json', { slices: sliceMarks(slices) });
  const setOf = (stage: Stage) => stageSet(slices, stage);
  const base = model && (await networkOf(model, MODEL_CT, setOf(stages[first - 1]), threads));
  await keepSettings();
  const net = base?.net ?? unet(MODEL_CT);
  let weights: UnetWeights | undefined = base?.weights;
  for (const [i, stage] of stages.entries()) {
    if (i + 1 < first) continue;
    const before = inAll(stages.slice(0, i));
    console.log(`stage ${i + 1} of ${stages.length}: ${stage.steps} steps`);
    const progress = progressBar(before.steps + stage.steps);
    const start = weights;
    const resume = () =>
      train(setOf(stage), {
        ...MODEL_CT,
        ...stage,
        // The stages' steps draw from streams of their own.
        seed: MODEL_CT.seed + i,
        start,
        net,
        ort,
        threads,
        signal,
        checkpoint: run.checkpoint(i + 1),
        onStep: (s) => {
          const step = { ...s, step: before.steps + s.step, samples: before.samples + s.samples };
          run.log(step);
          progress(step);
        },
      });
    weights = await naming(checkpointPath(out, i + 1), 'invalid-checkpoint', resume, BEGIN_ANEW);
  }
  const properties = modelProperties(MODEL_CT_METADATA, net);
  await writeWhole(join(out, 'model.onnx'), exportModel(net, weights!, properties));
  await run.logged();
  await writeWhole(join(out, 'loss.svg'), lossCurve(await run.steps()));
  await run.saved();
  console.log(`wrote ${join(out, 'model.onnx')}`);
}

/** What some stages come to. */
function inAll(stages: readonly Stage[]): { steps: number; samples: number } {
  const sum = (of: (stage: Stage) => number) => stages.reduce((all, stage) => all + of(stage), 0);
  return {
    steps: sum(({ steps }) => steps),
    samples: sum(({ steps, batch = MODEL_CT.batch }) => steps * batch),
  };
}
