import { existsSync } from 'node:fs';
import { makeOutFolder, tryOutFolder } from '@clickseg/example-dataset/node';
import { isDiskFull } from './disk-full.ts';

/**
 * Makes a folder of the command line's, if need be.
 * @param option - what named it, such as `evaluate: --out`
 * @throws ClicksegError `invalid-option` where there can be none; a full disk as the system says it
 */
export async function makeFolder(path: string, option: string): Promise<void> {
  try {
    await makeOutFolder(path, option);
  } catch (error) {
    const { cause } = error as Error;
    if (!isDiskFull(cause)) throw error;
    // Where it is there already, whoever writes into it says what a full disk means, or waits for space.
    if (!existsSync(path)) throw cause;
  }
}

/**
 * Refuses what `makeFolder` would, before the work that it is for. A full disk may have space again by then, and is waited for
 * anyway.
 */
export async function checkFolder(path: string, option: string): Promise<void> {
  try {
    await tryOutFolder(path, option);
  } catch (error) {
    if (!isDiskFull((error as Error).cause)) throw error;
  }
}
