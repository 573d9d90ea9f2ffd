import { ClicksegError } from '@clickseg/raster';
import type { Unet } from '../unet/unet.ts';
import { checkThreads } from './session-options.ts';

const WORDS = {
  reading: ['independent', 'number', 'rolling'],
  schedule: ['fixed', 'cosine'],
  strategy: ['sakinis', 'monai', 'ritm'],
} as const;

// As @clickseg/guidance has it.
const MOST_SIGMA = 10_000;

/** @throws ClicksegError `invalid-option`, naming the first option that cannot be meant */
export function checkOptions(options: {
  readonly steps: number;
  readonly batch: number;
  readonly interactions: number;
  readonly reading: string;
  readonly schedule: string;
  readonly strategy: string;
  readonly sigma: number;
  readonly seed: number;
  readonly threads?: number;
  readonly pool?: number;
  readonly previousMaskDrop: number;
  readonly learningRate: number;
  readonly average: number;
  readonly checkpointEvery: number;
}): void {
  for (const [name, words] of Object.entries(WORDS) as [keyof typeof WORDS, readonly string[]][]) {
    if (words.includes(options[name])) continue;
    throw new ClicksegError(
      'invalid-option',
      `train: ${name} '${options[name]}' is none of ${words.join(', ')}`,
    );
  }
  const { pool, batch } = options;
  if (pool !== undefined && (options.reading !== 'rolling' || !Number.isInteger(pool) || pool < batch)) {
    const why = `is for reading 'rolling' and holds at least the batch's ${batch} images`;
    throw new ClicksegError('invalid-option', `train: pool ${pool} ${why}`);
  }
  for (const name of ['steps', 'batch', 'interactions', 'checkpointEvery'] as const) {
    const least = name === 'interactions' ? 0 : 1;
    if (!Number.isInteger(options[name]) || options[name] < least) {
      throw new ClicksegError(
        'invalid-option',
        `train: ${name} ${options[name]} is not a whole number from ${least}`,
      );
    }
  }
  const { seed, sigma } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ClicksegError('invalid-option', `train: seed ${seed} is not a whole number from 0`);
  }
  checkThreads(options.threads);
  if (!(sigma > 0 && sigma <= MOST_SIGMA)) {
    throw new ClicksegError(
      'invalid-option',
      `train: sigma ${sigma} is not above 0 and at most ${MOST_SIGMA}`,
    );
  }
  if (!(options.learningRate > 0 && Number.isFinite(options.learningRate))) {
    throw new ClicksegError('invalid-option', `train: learningRate ${options.learningRate} is not above 0`);
  }
  if (!(options.previousMaskDrop >= 0 && options.previousMaskDrop <= 1)) {
    const why = `previousMaskDrop ${options.previousMaskDrop} is not from 0 to 1`;
    throw new ClicksegError('invalid-option', `train: ${why}`);
  }
  if (!(options.average >= 0 && options.average < 1)) {
    throw new ClicksegError('invalid-option', `train: average ${options.average} is not from 0 to below 1`);
  }
}

// Of a file in protobuf's form, with room for the names; and of what one array of floats may hold.
const [MOST_PARAMETERS, MOST_VALUES] = [2 ** 28, 2 ** 31 - 1];

/**
 * That a network, a step's input, its widest maps and the images that are open can be held at all.
 * @throws ClicksegError `too-large`
 */
export function checkMemory(
  { layout, inputChannels, width }: Unet,
  [h, w]: readonly [number, number],
  {
    batch,
    microBatch,
    pool = batch,
  }: { readonly batch: number; readonly microBatch: number; readonly pool?: number },
): void {
  const sizes: readonly (readonly [what: string, values: number, most: number])[] = [
    ['parameters of the network', layout.parameterCount, MOST_PARAMETERS],
    [`values of a batch of ${batch} images of ${h} x ${w}`, batch * inputChannels * h * w, MOST_VALUES],
    [
      `values of ${width} channels of ${microBatch} images of ${h} x ${w}`,
      microBatch * width * h * w,
      MOST_VALUES,
    ],
    [`values of a pool of ${pool} images of ${h} x ${w}`, pool * h * w, MOST_VALUES],
  ];
  for (const [what, values, most] of sizes) {
    if (!(values > most)) continue;
    throw new ClicksegError('too-large', `train: ${values} ${what}, more than ${most}`);
  }
}
