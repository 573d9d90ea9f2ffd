import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { METADATA_DEFAULTS, type ModelMetadata } from '@clickseg/runtime';
import {
  checkTrainOptions,
  exportModel,
  type SliceSetOptions,
  TRAIN_DEFAULTS,
  TRAIN_PRESETS,
  type TrainOptions,
  train,
  type UnetVariant,
  unet,
} from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { type BaseModel, netOf, networkOf } from './base-model.ts';
import { counted } from './counted.ts';
import { FIXED_CROPS } from './crops.ts';
import { fitSet } from './fit-set.ts';
import { lossCurve } from './loss-curve.ts';
import { modelProperties } from './model-properties.ts';
import { naming } from './naming.ts';
import type { OpenedCase } from './open-folder.ts';
import { progressBar } from './progress-bar.ts';
import { FITTED_WINDOWS, MODEL_CT_METADATA } from './recipe.ts';
import { BEGIN_ANEW, checkpointPath, openRun } from './run-folder.ts';
import { holding } from './run-lock.ts';
import { casesFor, compareSettings, orderOf, readSettings } from './run-settings.ts';
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
  /** A model to go on from; the network reads the previous mask where that one does. */
  readonly base?: BaseModel;
  readonly steps: number;
  readonly set: SliceSetOptions;
  /** The clicks' sigma is the model's. */
  readonly train: Omit<
    TrainOptions,
    'net' | 'ort' | 'steps' | 'threads' | 'sigma' | 'checkpoint' | 'onStep' | 'signal'
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
    seed: TRAIN_DEFAULTS.seed,
  },
} as const satisfies Partial<FitSettings>;

/**
 * 'paper' is section III-C; 'quick' shows within an hour on a laptop whether a folder's structures are learnt; 'windows'
 * makes a model of model-ct's kind from nothing, which sees a structure at its own scale; 'finetune' goes on from any model, in the
 * crops that it was trained on (`settingsOf` puts them in place of these).
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
    set: { shape: [128, 128], augmentation: FIXED_CROPS },
    train: {
      batch: 16,
      interactions: 5,
      reading: 'number',
      learningRate: 1e-3,
      schedule: 'cosine',
      seed: TRAIN_DEFAULTS.seed,
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
  /** Of the model; what the folder was begun with where not given, else the folder's own. */
  readonly name?: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

const SETTINGS = 'fit.json';

/**
 * What a run of `fit` says of its network and its model; undefined for another command's run.
 * @throws ClicksegError `invalid-file` for a `fit.json` that does not say so
 */
export async function readFit(run: string): Promise<FittedModel | undefined> {
  const path = join(run, SETTINGS);
  const settings = await readSettings(path);
  const lacks =
    settings && (['width', 'levels', 'variant', 'metadata'] as const).find((name) => !settings[name]);
  if (lacks === undefined) return settings as FittedModel | undefined;
  throw new ClicksegError('invalid-file', `${path} has no ${lacks}: it is none that fit wrote`);
}

type FittedModel = Pick<FitSettings, 'width' | 'levels' | 'variant'> & { readonly metadata: ModelMetadata };

/**
 * Refuses settings that a network or a training cannot have, or that are not those of the model to go on from; before any scan
 * is opened.
 * @throws ClicksegError `invalid-option`, `invalid-model`; `too-large` for what no memory holds
 */
export async function checkFit(
  { width, levels, variant, steps, set, train, base }: FitSettings,
  threads?: number,
): Promise<void> {
  const size = { width, levels, variant };
  const net = unet(size);
  checkTrainOptions(set.shape, { ...train, steps, net, threads });
  if (base) await netOf(base, size, 'say its own with --width, --levels and --variant');
}

/**
 * Trains one network on cases and writes `model.onnx` and `loss.svg` into its run folder; run again, it resumes.
 *
 * @returns the model's path
 * @throws ClicksegError `invalid-option` where the folder was begun with other settings or scans, or where another process is at
 *   work in it
 */
export function fit(
  cases: readonly OpenedCase[],
  settings: FitSettings,
  options: FitOptions,
): Promise<string> {
  return holding(options.out, () => fitLocked(cases, settings, options));
}

async function fitLocked(
  cases: readonly OpenedCase[],
  settings: FitSettings,
  { out, name, threads, signal }: FitOptions,
): Promise<string> {
  const { base, train: training, ...others } = settings;
  const { width, levels, variant, steps } = settings;
  const metadata = metadataOf(settings, name ?? (await nameFor(out)));
  const run = await openRun(out);
  const keepSettings = await compareSettings(out, SETTINGS, {
    ...others,
    ...training,
    metadata,
    from: base && modelDigest(base),
    cases: casesFor(cases, metadata),
    order: orderOf(cases),
  });
  console.error(`preparing the slices of ${counted(cases.length, 'scan')}`);
  const crops = await fitSet(cases, settings, metadata, signal);
  const size = { width, levels, variant };
  if (base) console.error(`importing ${base.path}`);
  const start = base && (await networkOf(base, size, crops, threads));
  const net = start?.net ?? unet(size);
  // Only now: whatever was refused until here leaves a folder that can be begun with other settings.
  await keepSettings();
  console.error(`training: ${steps} steps`);
  const progress = progressBar(steps);
  const resume = () =>
    train(crops, {
      ...training,
      sigma: metadata.sigma,
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
  const weights = await naming(checkpointPath(out, 1), 'invalid-checkpoint', resume, BEGIN_ANEW);
  const model = join(out, 'model.onnx');
  await writeWhole(model, exportModel(net, weights, modelProperties(metadata, net)));
  await run.logged();
  await writeWhole(join(out, 'loss.svg'), lossCurve(await run.steps()));
  await run.saved();
  return model;
}

/** A run that was moved, or begun by a version that named all models alike, keeps the name that it has. */
async function nameFor(out: string): Promise<string> {
  // A root has no name.
  return (await readFit(out))?.metadata.name ?? (basename(resolve(out)) || 'my-model');
}

/** What the model will say of itself. */
export function metadataOf({ base, metadata, spacing, levels }: FitSettings, name: string): ModelMetadata {
  // Its weights are no longer that version's.
  if (base) return { ...base.metadata, name, version: METADATA_DEFAULTS.version };
  return { ...METADATA_DEFAULTS, ...metadata, format: 1, name, spacing, sizeMultiple: 2 ** levels };
}

/** By which a run knows the model again that it went on from. */
export function modelDigest({ bytes }: BaseModel): string {
  return createHash('sha256').update(bytes).digest('hex');
}
