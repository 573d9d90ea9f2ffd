import { randomUUID } from 'node:crypto';
import { constants, existsSync, statSync } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
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

/** Makes a folder, where there is none, before work whose results go there. @throws ClicksegError `invalid-file` */
export async function makeFolder(path: string): Promise<void> {
  try {
    // One by one: on /proc Node's recursive mkdir goes on forever.
    for (const folder of missingOf(path)) await mkdir(folder).catch(ifThere);
    if (!statSync(path).isDirectory()) await mkdir(path);
    await access(path, constants.W_OK);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** The folders of a path that are not there, the outermost first. */
function missingOf(path: string): string[] {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  return missing;
}

/** Another process may have made it in the meantime. */
function ifThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** That a file can be written where it shall be, before the work for it. @throws ClicksegError `invalid-file` */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
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
