import { ClicksegError } from '@clickseg/raster';

const WORDS = {
  reading: ['independent', 'number', 'rolling'],
  schedule: ['fixed', 'cosine'],
} as const;

/** @throws ClicksegError `invalid-option`, naming the first option that cannot be meant */
export function checkOptions(options: {
  readonly steps: number;
  readonly batch: number;
  readonly interactions: number;
  readonly reading: string;
  readonly schedule: string;
  readonly pool?: number;
  readonly previousMaskDrop: number;
  readonly learningRate: number;
  readonly average: number;
  readonly checkpointEvery: number;
}): void {
  for (const [name, words] of Object.entries(WORDS) as ['reading' | 'schedule', readonly string[]][]) {
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
