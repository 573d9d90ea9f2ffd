import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDataFolder, loadIndex } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY } from '@clickseg/runtime';
import { exportModel, sliceSet, type TrainingStep, train, type UnetWeights, unet } from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { loadSlices } from './load-slices.ts';
import { lossCurve } from './loss-curve.ts';
import { MODEL_CT, MODEL_CT_METADATA, STAGES, type Stage } from './recipe.ts';
import { openRun } from './run-folder.ts';

export interface TrainCommand {
  readonly data?: string;
  readonly out: string;
  /** Instead of model-ct's own. */
  readonly stages?: readonly Stage[];
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Trains model-ct from a data folder into a run folder; run again, it resumes. */
export async function trainCommand({
  data,
  out,
  stages = STAGES,
  threads,
  signal,
}: TrainCommand): Promise<void> {
  const folder = data ?? findDataFolder(process.cwd());
  if (!folder)
    throw new ClicksegError('invalid-option', 'train: no data folder; name one with --data or CLICKSEG_DATA');
  const cases = loadIndex(folder).filter((c) => c.split === 'train');
  console.log(`${cases.length} training cases`);
  const slices = await loadSlices(cases, { ...MODEL_CT, metadata: MODEL_CT_METADATA });
  console.log(`${slices.length} slices`);

  const net = unet(MODEL_CT);
  const run = await openRun(out);
  let weights: UnetWeights | undefined;
  let before = 0;
  for (const [i, stage] of stages.entries()) {
    console.log(`stage ${i + 1} of ${stages.length}: ${stage.steps} steps`);
    const progress = progressLine(before + stage.steps);
    weights = await train(sliceSet(slices, { shape: stage.crop, ...stage }), {
      ...MODEL_CT,
      ...stage,
      // The stages' steps draw from streams of their own.
      seed: MODEL_CT.seed + i,
      start: weights,
      net,
      ort,
      threads,
      signal,
      checkpoint: run.checkpoint(i + 1),
      onStep: (s) => {
        const step = { ...s, step: before + s.step, samples: before * MODEL_CT.batch + s.samples };
        void run.log(step);
        progress(step);
      },
    });
    before += stage.steps;
  }
  const metadata = { [MODEL_METADATA_KEY]: JSON.stringify(MODEL_CT_METADATA) };
  await writeFile(join(out, 'model.onnx'), exportModel(net, weights!, metadata));
  await writeFile(join(out, 'loss.svg'), lossCurve(await run.steps()));
  console.log(`wrote ${join(out, 'model.onnx')}`);
}

/** One line every ten steps: where it stands, the loss over those ten, speed, and the time left. */
function progressLine(steps: number): (step: TrainingStep) => void {
  let recent: TrainingStep[] = [];
  return (step) => {
    recent.push(step);
    if (step.step % 10 !== 0 && step.step !== steps) return;
    const mean = (of: (s: TrainingStep) => number) =>
      recent.reduce((sum, s) => sum + of(s), 0) / recent.length;
    const seconds = mean((s) => s.ms.total) / 1000;
    const left = ((steps - step.step) * seconds) / 60;
    console.log(
      `step ${step.step}/${steps}  loss ${mean((s) => s.loss).toFixed(4)}  clicks ${mean((s) => s.clicks).toFixed(1)}  ` +
        `${seconds.toFixed(2)} s a step (clicks ${(mean((s) => s.ms.clicks) / 1000).toFixed(2)})  ${left.toFixed(0)} min left`,
    );
    recent = [];
  };
}
