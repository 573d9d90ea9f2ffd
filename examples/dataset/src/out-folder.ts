import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ClicksegError } from '@clickseg/raster';

/**
 * Makes a folder, where it is not there yet, that files can be written into: asked before the work, not after it.
 * @param option - what named it, such as `evaluate: --report`
 * @throws ClicksegError `invalid-option` with the system's reason, which is its cause
 */
export async function makeOutFolder(path: string, option = '--out'): Promise<void> {
  await makeAndTry(path, option);
}

/** As {@link makeOutFolder}, but what it makes is gone again: for work that may yet be refused. */
export async function tryOutFolder(path: string, option = '--out'): Promise<void> {
  const made = await makeAndTry(path, option);
  for (const folder of made.reverse()) {
    // Another process may have put something there in the meantime: then it stays.
    const gone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
}

/** @returns the folders that had to be made, the outermost first */
async function makeAndTry(path: string, option: string): Promise<string[]> {
  try {
    const made: string[] = [];
    // One by one: on /proc Node's recursive mkdir goes on forever.
    for (const folder of missingOf(path)) if (await makeOne(folder)) made.push(folder);
    // For the system's reason.
    if (!statSync(path).isDirectory()) await mkdir(path);
    // Tried, for rights alone do not tell (root has them all, also where nothing can be written).
    await rmdir(await mkdtemp(join(path, '.clickseg-')));
    return made;
  } catch (cause) {
    throw new ClicksegError('invalid-option', `${option} ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** The folders of a path that are not there, the outermost first. */
function missingOf(path: string): string[] {
  const missing: string[] = [];
  // A root that is not there, as of a drive without a disk, is its own parent.
  for (let at = resolve(path); !existsSync(at) && missing[0] !== at; at = dirname(at)) missing.unshift(at);
  return missing;
}

/** False where another process has made it in the meantime. */
async function makeOne(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
