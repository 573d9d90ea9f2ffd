import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';

/** Whether a folder has an index, which alone knows splits. */
export function hasIndex(folder: string): boolean {
  return existsSync(join(folder, 'index.json'));
}

/**
 * @param option - what named the split, such as `evaluate: --split`
 * @throws ClicksegError `invalid-option` for a split of a folder that has none
 */
export function checkSplit(folder: string, split: string | undefined, option = '--split'): void {
  if (split === undefined || hasIndex(folder) || !existsSync(folder)) return;
  const why = `${folder} has no index.json, which alone knows splits; leave it out, or write one`;
  throw new ClicksegError('invalid-option', `${option} ${split}: ${why}`);
}
