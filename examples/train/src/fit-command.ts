import { join } from 'node:path';
import { ClicksegError, withDefaults } from '@clickseg/raster';
import { FIT_PRESETS, type FitSettings, fit } from './fit.ts';
import { openFolder } from './open-folder.ts';

/** What `fit` and `grid` share on the command line. */
export interface FitFlags {
  readonly data: string;
  readonly out: string;
  readonly split?: string;
  readonly preset: string;
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

/** Trains a network on any folder of images and label maps. */
export async function fitCommand(flags: FitFlags & { readonly interactions?: number }): Promise<void> {
  const settings = settingsOf(flags, flags.interactions);
  const cases = await openFolder(flags.data, flags);
  console.log(`${cases.length} cases of ${new Set(cases.map((c) => c.patient)).size} patients`);
  const model = await fit(cases, settings, flags);
  console.log(`wrote ${model} and ${join(flags.out, 'loss.svg')}`);
}

/**
 * A preset with what the command line changes of it.
 * @throws ClicksegError `invalid-option` for an unknown preset; `unet` and `train` check the rest
 */
export function settingsOf(flags: FitFlags, interactions?: number): FitSettings {
  if (!Object.hasOwn(FIT_PRESETS, flags.preset)) {
    const known = Object.keys(FIT_PRESETS).join(', ');
    throw new ClicksegError('invalid-option', `preset '${flags.preset}' is none of ${known}`);
  }
  if (flags.preset === 'finetune' && flags.from === undefined) {
    throw new ClicksegError('invalid-option', "preset 'finetune' wants --from, the model to go on from");
  }
  const preset: FitSettings = FIT_PRESETS[flags.preset as keyof typeof FIT_PRESETS];
  const { batch, microBatch, learningRate, seed, size } = flags;
  const reading = flags.reading as FitSettings['train']['reading'];
  return {
    width: flags.width ?? preset.width,
    levels: flags.levels ?? preset.levels,
    variant: (flags.variant as FitSettings['variant']) ?? preset.variant,
    spacing: flags.spacing ?? preset.spacing,
    steps: flags.steps ?? preset.steps,
    metadata: preset.metadata,
    from: flags.from,
    set: { ...preset.set, ...(size && { shape: [size, size] }) },
    train: withDefaults(preset.train, { batch, microBatch, learningRate, reading, seed, interactions }),
  };
}
