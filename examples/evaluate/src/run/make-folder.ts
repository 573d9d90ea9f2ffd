import { mkdir } from 'node:fs/promises';
import { ClicksegError } from '@clickseg/raster';
import { isDiskFull } from './disk-full.ts';

/**
 * Makes a folder of the command line's, if need be.
 * @param option - what named it, such as `evaluate: --out`
 * @throws ClicksegError `invalid-option` where there can be none; a full disk as the system says it
 */
export async function makeFolder(path: string, option: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    if (isDiskFull(cause)) throw cause;
    const why = (cause as Error).message;
    throw new ClicksegError('invalid-option', `${option} ${path} cannot be a folder (${why})`, { cause });
  }
}
