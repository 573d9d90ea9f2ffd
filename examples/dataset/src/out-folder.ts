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
  // In full: the system says what it made as it was asked for it.
  const whole = resolve(path);
  const first = await makeAndTry(whole, option);
  if (first === undefined) return;
  for (let made = whole; made.length >= first.length; made = dirname(made)) {
    // Another process may have put something there in the meantime: then it stays.
    const gone = await rmdir(made).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
}

/** @returns the uppermost folder that had to be made */
async function makeAndTry(path: string, option: string): Promise<string | undefined> {
  try {
    const first = await mkdir(path, { recursive: true });
    // Tried, for rights alone do not tell (root has them all, also where nothing can be written).
    await rmdir(await mkdtemp(join(path, '.clickseg-')));
    return first;
  } catch (cause) {
    throw new ClicksegError('invalid-option', `${option} ${path}: ${(cause as Error).message}`, { cause });
  }
}
