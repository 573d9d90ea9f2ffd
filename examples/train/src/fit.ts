import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { METADATA_DEFAULTS, type ModelMetadata } from '@clickseg/runtime';
import {
  exportModel,
  type SliceSetOptions,
  sliceSet,
  TRAIN_PRESETS,
  type TrainOptions,
  train,
  type UnetVariant,
  unet,
} from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { networkOf, readBaseModel } from './base-model.ts';
import { loadSlices } from './load-slices.ts';
import { lossCurve } from './loss-curve.ts';
import { modelProperties } from './model-properties.ts';
import type { OpenedCase } from './open-folder.ts';
import { progressBar } from './progress-bar.ts';
import { FITTED_WINDOWS, MODEL_CT_METADATA } from './recipe.ts';
import { openRun } from './run-folder.ts';
import { casesFor, keepSettings, readSettings } from './run-settings.ts';
import { writeWhole } from './write-whole.ts';

/** Everything that a network's weights depend on besides the data. */
export interface FitSettings {
  readonly width: number;
  readonly levels: number;
  readonly variant: UnetVariant;
  /** mm between pixels of the working grid; a model to go on from has its own. */
  readonly spacing: number;
  /** What else the model says of itself. */
  readonly metadata?: Partial<Pick<ModelMetadata, 'zoom' | 'normalization' | 'certainty'>>;
  /** An exported model to go on from, a file's path; the network reads the previous mask where that one does. */
  readonly from?: string;
  readonly steps: number;
  readonly set: SliceSetOptions;
  readonly train: Omit<
    TrainOptions,
    'net' | 'ort' | 'steps' | 'threads' | 'checkpoint' | 'onStep' | 'signal'
  >;
}

const WINDOWS = {
  width: 16,
  levels: 4,
  variant: 'fig2',
  spacing: 1.5,
  metadata: {
    zoom: MODEL_CT_METADATA.zoom,
    normalization: MODEL_CT_METADATA.normalization,
    certainty: MODEL_CT_METADATA.certainty,
  },
  set: { shape: [128, 128], augmentation: FITTED_WINDOWS },
  train: {
    batch: 16,
    interactions: 6,
    reading: 'number',
    learningRate: 1e-3,
    schedule: 'cosine',
    average: 0.99,
    seed: 4242,
  },
} as const satisfies Partial<FitSettings>;

/**
 * 'paper' is section III-C; 'quick' shows within an hour on a laptop whether a folder's structures are learnt; 'windows'
 * makes a model of model-ct's kind from nothing, which sees a structure at its own scale; 'finetune' goes on from one.
 */
export const FIT_PRESETS = {
  paper: {
    width: 16,
    levels: 4,
    variant: 'fig2',
    steps: 20_000,
    ...TRAIN_PRESETS.paper,
  },
  quick: {
    width: 16,
    levels: 4,
    variant: 'fig2',
    spacing: 1.5,
    steps: 800,
    set: { shape: [128, 128], augmentation: { flip: true, rotation: 10, zoom: 1.25, shift: 0.1 } },
    train: {
      batch: 16,
      interactions: 5,
      reading: 'number',
      learningRate: 1e-3,
      schedule: 'cosine',
      seed: 4242,
    },
  },
  windows: { ...WINDOWS, steps: 2000 },
  finetune: {
    ...WINDOWS,
    steps: 400,
    // A third of what model-ct was trained with: what it knows of other structures should stay.
    train: { ...WINDOWS.train, learningRate: 3e-4 },
  },
} as const satisfies Record<string, FitSettings>;

export interface FitOptions {
  /** Run folder: checkpoint, log, loss curve, model. */
  readonly out: string;
  readonly name?: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

const SETTINGS = 'fit.json';

/** What a run of `fit` says of its network and its model; undefined for another command's run. */
export async function readFit(run: string): Promise<FittedModel | undefined> {
  return (await readSettings(join(run, SETTINGS))) as FittedModel | undefined;
}

type FittedModel = Pick<FitSettings, 'width' | 'levels' | 'variant'> & { readonly metadata: ModelMetadata };

/**
 * Trains one network on cases and writes `model.onnx` and `loss.svg` into its run folder; run again, it resumes.
 *
 * @returns the model's path
 * @throws ClicksegError `invalid-option` where the folder was begun with other settings or scans
 */
export async function fit(
  cases: readonly OpenedCase[],
  settings: FitSettings,
  { out, name = 'my-model', threads, signal }: FitOptions,
): Promise<string> {
  const { width, levels, variant, spacing, steps, set, from } = settings;
  const base = from === undefined ? undefined : await readBaseModel(from);
  const metadata: ModelMetadata = base
    ? // Its weights are no longer that version's.
      { ...base.metadata, name, version: METADATA_DEFAULTS.version }
    : {
        ...METADATA_DEFAULTS,
        ...settings.metadata,
        format: 1,
        name,
        spacing,
        sizeMultiple: 2 ** levels,
      };
  const seed = settings.train.seed ?? 4242;
  const run = await openRun(out);
  const { from: _, train: training, ...others } = settings;
  await keepSettings(out, SETTINGS, {
    ...others,
    ...training,
    metadata,
    from: base && createHash('sha256').update(base.bytes).digest('hex'),
    cases: casesFor(cases),
  });
  const slices = await loadSlices(cases, { metadata, slicesPerGroup: 5000, seed, signal });
  const size = { width, levels, variant };
  const crops = sliceSet(slices, set);
  const start = base && (await networkOf(base, size, crops));
  const net = start?.net ?? unet(size);
  const progress = progressBar(steps);
  const weights = await train(crops, {
    ...settings.train,
    start: start?.weights,
    steps,
    net,
    ort,
    threads,
    signal,
    checkpoint: run.checkpoint(1),
    onStep(step) {
      run.log(step);
      progress(step);
    },
  });
  await run.logged();
  const model = join(out, 'model.onnx');
  await writeWhole(model, exportModel(net, weights, modelProperties(metadata, net)));
  await writeWhole(join(out, 'loss.svg'), lossCurve(await run.steps()));
  return model;
}
