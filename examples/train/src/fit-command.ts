import { join } from 'node:path';
import { checkSplit, makeOutFolder } from '@clickseg/example-dataset/node';
import { ClicksegError, withDefaults } from '@clickseg/raster';
import { type BaseModel, readBaseModel } from './base-model.ts';
import { checkWord } from './check-word.ts';
import { cropsFor } from './crops.ts';
import { describeCases } from './describe-cases.ts';
import { checkFit, FIT_PRESETS, type FitSettings, fit } from './fit.ts';
import { openFolder } from './open-folder.ts';
import { patientPattern } from './patients.ts';
import { scansRead } from './progress-lines.ts';

/** What `fit` and `grid` share on the command line. */
export interface FitFlags {
  readonly data: string;
  readonly out: string;
  readonly split?: string;
  /** A regular expression that finds the patient in the name of a case. */
  readonly patient?: string;
  /** 'finetune' with `from`, else 'quick', where not given. */
  readonly preset?: string;
  /** An exported model to go on from. */
  readonly from?: string;
  readonly variant?: string;
  readonly width?: number;
  readonly levels?: number;
  readonly spacing?: number;
  readonly size?: number;
  readonly steps?: number;
  readonly batch?: number;
  readonly microBatch?: number;
  readonly learningRate?: number;
  readonly reading?: string;
  readonly seed?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

export interface FitCommand extends FitFlags {
  readonly interactions?: number;
  /** Of the model. */
  readonly name?: string;
}

/** Trains a network on any folder of images and label maps. */
export async function fitCommand(flags: FitCommand): Promise<void> {
  checkWord('--name', flags.name);
  const settings = await settingsOf(flags, flags.interactions);
  await makeOutFolder(flags.out);
  const cases = await openFolder(flags.data, { ...flags, onProgress: scansRead });
  console.log(describeCases(cases));
  const model = await fit(cases, settings, flags);
  console.log(`wrote ${model} and ${join(flags.out, 'loss.svg')}`);
}

/**
 * A preset with what the command line changes of it, all of it checked.
 *
 * @throws ClicksegError `invalid-option` for an unknown preset, one whose crops are not those of the model to go on from, and what
 *   {@link checkFit} refuses
 */
export async function settingsOf(flags: FitFlags, interactions?: number): Promise<FitSettings> {
  checkSplit(flags.data, flags.split);
  patientPattern(flags.data, flags.patient);
  const name = flags.preset ?? (flags.from === undefined ? 'quick' : 'finetune');
  if (!Object.hasOwn(FIT_PRESETS, name)) {
    const known = Object.keys(FIT_PRESETS).join(', ');
    throw new ClicksegError('invalid-option', `preset '${name}' is none of ${known}`);
  }
  if (name === 'finetune' && flags.from === undefined) {
    throw new ClicksegError('invalid-option', "preset 'finetune' wants --from, the model to go on from");
  }
  if (flags.from !== undefined && flags.spacing !== undefined) {
    const why = 'a model to go on from has a working grid of its own; leave it out';
    throw new ClicksegError('invalid-option', `--spacing ${flags.spacing}: ${why}`);
  }
  const base = flags.from === undefined ? undefined : await readBaseModel(flags.from);
  const preset: FitSettings = FIT_PRESETS[name as keyof typeof FIT_PRESETS];
  const set = base ? setFor(base, name, preset) : preset.set;
  const { batch, microBatch, learningRate, seed, size } = flags;
  const reading = flags.reading as FitSettings['train']['reading'];
  const settings = {
    width: flags.width ?? preset.width,
    levels: flags.levels ?? preset.levels,
    variant: (flags.variant as FitSettings['variant']) ?? preset.variant,
    spacing: flags.spacing ?? preset.spacing,
    steps: flags.steps ?? preset.steps,
    metadata: preset.metadata,
    base,
    set: { ...set, ...(size && { shape: [size, size] as const }) },
    train: withDefaults(preset.train, { batch, microBatch, learningRate, reading, seed, interactions }),
  };
  await checkFit(settings, flags.threads);
  return settings;
}

/** The crops for a model to go on from: 'finetune' takes the model's own, every other preset must have them. */
function setFor({ path, metadata }: BaseModel, name: string, { set }: FitSettings): FitSettings['set'] {
  if (name === 'finetune') return { ...set, augmentation: cropsFor(metadata) };
  const windows = set.augmentation?.size !== undefined;
  if (windows === (metadata.zoom !== undefined)) return set;
  // Trained on what the runtime will never show it, the model would lose what it knows, and say nothing.
  const [modelSees, presetShows] = windows
    ? ['sees its whole working grid', 'windows that follow the structure']
    : ['zooms to the structure', 'crops of one scale'];
  const why = `preset '${name}' trains on ${presetShows}; take 'finetune', which goes by the model`;
  throw new ClicksegError('invalid-option', `${path} ${modelSees}, and ${why}`);
}
