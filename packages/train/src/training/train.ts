import { ClicksegError, withDefaults } from '@clickseg/raster';
import { type AdamOptions, checkAdam } from '../ops/adam.ts';
import { checkArrays } from '../unet/check-arrays.ts';
import { checkSize } from '../unet/train-step.ts';
import { initialWeights, type Unet, type UnetWeights } from '../unet/unet.ts';
import { checkParts } from './accumulate.ts';
import { batchSource } from './batch-source.ts';
import { checkMemory, checkOptions } from './check-options.ts';
import { type Checkpoint, type CheckpointStore, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { stackBatch } from './clicks.ts';
import { type OnnxRuntime, type TrainingState, trainingNetwork } from './network.ts';
import { randomStream } from './random-stream.ts';
import type { TrainingSet } from './sample.ts';

/** What happened in one step. */
export interface TrainingStep {
  /** 1, 2, ... */
  readonly step: number;
  readonly samples: number;
  /** Mean of 1 - Dice over the batch, at the clicks that the step trained on. */
  readonly loss: number;
  readonly learningRate: number;
  /** Mean number of clicks an image. */
  readonly clicks: number;
  /** Wall time of the step, and of its two parts. */
  readonly ms: { readonly total: number; readonly clicks: number; readonly update: number };
}

export interface TrainOptions {
  readonly net: Unet;
  readonly ort: OnnxRuntime;
  /** Steps in all, those before a resume included. */
  readonly steps: number;
  readonly batch?: number;
  /** Images of the batch whose activations memory holds at once, a divisor of `batch`; all of them by default. */
  readonly microBatch?: number;
  /** K of the paper: most interactions an image. */
  readonly interactions?: number;
  /**
   * 'independent' (MONAI's): round k takes place with probability 1 - k/K, whatever the others did, so that every
   * image gets its first correction. 'number': t rounds, t drawn from 0 to K, so that one image in K + 1 is
   * trained on with its first click alone. 'rolling': t as with 'number', but the image stays in the batch for t + 1
   * steps and is trained on after every click; the step's own answer places the next, so that a step costs no
   * prediction besides itself.
   */
  readonly reading?: 'independent' | 'number' | 'rolling';
  /**
   * Images that are open at once with 'rolling', from which every step draws its batch, so that neighbouring steps
   * share few; `batch` by default: every step takes all.
   */
  readonly pool?: number;
  readonly strategy?: 'sakinis' | 'monai' | 'ritm';
  /** Guidance standard deviation, pixels. */
  readonly sigma?: number;
  /**
   * For a network with `previousMask`: the share of a step's images for which that channel is left empty, so that the network
   * does not lean on it alone; 0 to 1.
   */
  readonly previousMaskDrop?: number;
  readonly learningRate?: number;
  /**
   * 'fixed' (the paper's), or 'cosine': half a cosine from 1 down to 1 % over all steps, times a rise that step 50 ends. So the
   * fewer the steps, the further their largest rate stays below `learningRate`: 0.96 of it with 400 steps, 0.12 with 20.
   */
  readonly schedule?: 'fixed' | 'cosine';
  /** Adam's other settings. */
  readonly optimizer?: AdamOptions;
  readonly seed?: number;
  /** CPU threads of onnxruntime; its own choice by default. */
  readonly threads?: number;
  /** Where the run's state is kept. What the set draws from is not in it: see {@link train}. */
  readonly checkpoint?: CheckpointStore;
  /** Steps between checkpoints. */
  readonly checkpointEvery?: number;
  /** Weights to start from instead of random ones; Adam starts afresh. */
  readonly start?: UnetWeights;
  /**
   * Returns an exponential moving average of the weights (and the norms' statistics) instead of the last ones:
   * the share that a step keeps of the average, such as 0.995; 0 for the last ones. It rises from 0 over the first
   * steps, so that the random beginning leaves no trace.
   */
  readonly average?: number;
  readonly onStep?: (step: TrainingStep) => void;
  readonly signal?: AbortSignal;
}

/**
 * The paper's (III-C, Table I): K = 5 of its {1, 2, 5, 10, 15}, Adam at 1e-4 fixed, batch 16, seed 4242; and for a
 * network that reads the previous mask the share of docs/decisions/0713.
 */
export const TRAIN_DEFAULTS = {
  batch: 16,
  interactions: 5,
  reading: 'independent',
  strategy: 'sakinis',
  sigma: 2,
  previousMaskDrop: 0.12,
  learningRate: 1e-4,
  schedule: 'fixed',
  average: 0,
  seed: 4242,
  checkpointEvery: 50,
} as const;

/**
 * All that {@link train} refuses of its options before its first step; for a program that wants to know it before it reads
 * its images.
 *
 * @param shape - `[h, w]` of the set's crops
 * @throws ClicksegError `invalid-option`; `too-large` for a network, a batch or a pool that no array holds; `not-finite` for a `start`
 *   that holds other than numbers
 */
export function checkTrainOptions(
  shape: readonly [number, number],
  options: Omit<TrainOptions, 'ort'>,
): void {
  const all = withDefaults(TRAIN_DEFAULTS, options);
  checkOptions(all);
  const { net, batch, microBatch = batch, pool, start, optimizer = {} } = all;
  checkAdam(optimizer);
  checkParts(batch, microBatch);
  checkSize(net, microBatch, shape);
  checkMemory(net, shape, { batch, microBatch, pool });
  if (start) checkArrays(net, start, 'train: start');
}

/**
 * Trains a network with the paper's strategy (III-C): every batch first runs through up to K simulated
 * interactions in prediction mode, then takes one step on the clicks that came out.
 *
 * Every step draws from its own random stream, made of the seed and the step's number, so that a run that
 * resumes from a checkpoint continues to the same curve. A checkpoint of other options is refused; the images are not in it, so
 * the caller must give the same ones, in the same order: with others the run goes on, to neither's curve.
 *
 * @param set - where a checkpoint is gone on with, one that draws as the run's first did
 * @returns the weights after the last step
 * @throws ClicksegError `invalid-option`, `too-large`, `invalid-checkpoint`, `not-finite`; the signal's reason when aborted, after a checkpoint
 */
export async function train(set: TrainingSet, options: TrainOptions): Promise<UnetWeights> {
  const {
    net,
    ort,
    steps,
    batch,
    microBatch,
    optimizer,
    interactions,
    reading,
    pool,
    strategy,
    sigma,
    previousMaskDrop,
    seed,
    threads,
    checkpoint,
    start,
    average,
    signal,
    ...rest
  } = withDefaults(TRAIN_DEFAULTS, options);
  const { shape } = set;
  checkTrainOptions(shape, options);
  const { learningRate, schedule } = rest;
  const recipe = JSON.stringify({
    width: net.width,
    levels: net.levels,
    shape,
    steps,
    batch,
    interactions,
    reading,
    strategy,
    sigma,
    learningRate,
    schedule,
    seed,
    ...(pool !== undefined && pool !== batch && { pool }),
    ...(average > 0 && { average }),
    ...(net.variant !== 'fig2' && { variant: net.variant }),
    ...(net.previousMask && { previousMaskDrop }),
    ...(microBatch !== undefined && microBatch !== batch && { microBatch }),
    ...(optimizer && { optimizer }),
    start: start && fingerprint(start.parameters),
  });

  const saved = await checkpoint?.load();
  const resumed: Omit<Checkpoint, 'recipe'> = saved
    ? readCheckpoint(saved, net, recipe)
    : { step: 0, state: freshState(net, seed, start) };
  let { step, state, averaged } = resumed;
  const network = await trainingNetwork(net, ort, { batch, microBatch, optimizer, shape, threads });
  const source = batchSource(set, network, {
    batch,
    interactions,
    reading,
    pool,
    strategy,
    sigma,
    previousMask: net.previousMask,
    previousMaskDrop,
    seed,
    open: resumed.open,
  });
  const save = () => {
    // The loss is the weights' before a step: what the step made of them shows in the next one's, and the last has none.
    checkFinite(state, step, learningRate);
    return checkpoint?.save(writeCheckpoint({ step, recipe, state, averaged, open: source.open }));
  };
  try {
    while (step < steps) {
      if (signal?.aborted) {
        await save();
        signal.throwIfAborted();
      }
      const start = performance.now();
      const { samples, ...clicked } = await source.batch(step + 1, state);
      const clickedAt = performance.now();
      const target = new Float32Array(batch * shape[0] * shape[1]);
      for (const [i, sample] of samples.entries()) target.set(sample.target, i * shape[0] * shape[1]);
      const rate = learningRate * rateFactor(schedule, step, steps);
      const input = stackBatch(samples, clicked, shape, sigma);
      const result = await network.step(state, input, target, step + 1, rate);
      if (!Number.isFinite(result.loss)) {
        throw new ClicksegError(
          'not-finite',
          `train: the loss is ${result.loss} at step ${step + 1}; lower learningRate ${learningRate}`,
        );
      }
      state = result.state;
      step++;
      const updated = performance.now();
      source.answered(step, result.probability);
      if (average > 0)
        averaged = movingAverage(averaged ?? state, state, Math.min(average, step / (step + 9)));
      const done = performance.now();
      rest.onStep?.({
        step,
        samples: step * batch,
        loss: result.loss,
        learningRate: rate,
        clicks: clicked.clicks.reduce((sum, c) => sum + c.length, 0) / batch,
        ms: { total: done - start, clicks: done - updated + clickedAt - start, update: updated - clickedAt },
      });
      if (step % rest.checkpointEvery === 0 || step === steps) await save();
    }
  } finally {
    await network.dispose();
  }
  return averaged ?? state;
}

/** A checkpoint or a model of other weights would be worth nothing. */
function checkFinite(
  { parameters, means, variances }: UnetWeights,
  step: number,
  learningRate: number,
): void {
  if ([parameters, means, variances].every((values) => values.every(Number.isFinite))) return;
  throw new ClicksegError(
    'not-finite',
    `train: the weights are no longer numbers after step ${step}; lower learningRate ${learningRate}`,
  );
}

/** keep x average + (1 - keep) x now, for every array of the weights. */
function movingAverage(average: UnetWeights, now: UnetWeights, keep: number): UnetWeights {
  const mix = (a: Float32Array, b: Float32Array) => a.map((v, i) => keep * v + (1 - keep) * b[i]);
  return {
    parameters: mix(average.parameters, now.parameters),
    means: mix(average.means, now.means),
    variances: mix(average.variances, now.variances),
  };
}

function freshState(net: Unet, seed: number, start?: UnetWeights): TrainingState {
  const n = net.layout.parameterCount;
  const weights = start ?? initialWeights(net, randomStream(seed, 0));
  return { ...weights, m: new Float32Array(n), v: new Float32Array(n) };
}

/** A short mark of the weights that a run started from, so that its checkpoint knows them again (FNV-1a). */
function fingerprint(values: Float32Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

function rateFactor(schedule: 'fixed' | 'cosine', step: number, steps: number): number {
  if (schedule === 'fixed') return 1;
  const rise = Math.min(1, (step + 1) / 50);
  return rise * (0.01 + 0.99 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
}
