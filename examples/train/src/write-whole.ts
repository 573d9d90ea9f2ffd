import { constants } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClicksegError } from '@clickseg/raster';

/**
 * Writes beside the file and renames: who finds it finds all of it.
 * @throws ClicksegError `invalid-file` with the path and the system's reason; nothing is left behind
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  try {
    await writeFile(`${path}.new`, data);
    await rename(`${path}.new`, path);
  } catch (cause) {
    await rm(`${path}.new`, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}

/** Makes a folder, where there is none, before work whose results go there. @throws ClicksegError `invalid-file` */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** That a file can be written where it shall be, before the work for it. @throws ClicksegError `invalid-file` */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): ClicksegError {
  return new ClicksegError('invalid-file', `${path} cannot be written: ${(cause as Error).message}`, {
    cause,
  });
}
