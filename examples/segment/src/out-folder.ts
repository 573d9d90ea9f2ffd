import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';

/**
 * Makes a folder, where it is not there yet, that files can be written into: asked before the work, not after it.
 * @throws ClicksegError `invalid-option` with the system's reason
 */
export async function makeOutFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    // Tried, for rights alone do not tell (root has them all, also where nothing can be written).
    await rmdir(await mkdtemp(join(path, '.clickseg-')));
  } catch (cause) {
    throw new ClicksegError('invalid-option', `--out ${path}: ${(cause as Error).message}`, { cause });
  }
}
