import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClicksegError } from '@clickseg/raster';

/**
 * Writes beside the file and renames: who finds it finds all of it.
 * @throws ClicksegError `invalid-file` with the path and the system's reason; nothing is left behind
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  // A name of its own: two processes that write the same file would rename each other's half.
  const beside = `${path}.${randomUUID().slice(0, 8)}.new`;
  try {
    await writeFile(beside, data);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}

/** That a file can be written where it shall be, and no folder is there, before the work for it. @throws ClicksegError `invalid-file` */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) throw new Error('it is a folder');
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** That a path cannot be written, with the system's reason. */
export function unwritable(path: string, cause: unknown): ClicksegError {
  return new ClicksegError('invalid-file', `${path} cannot be written: ${(cause as Error).message}`, {
    cause,
  });
}
