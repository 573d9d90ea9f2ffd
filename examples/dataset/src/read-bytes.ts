import { readFile } from 'node:fs/promises';
import { ClicksegError } from '@clickseg/raster';

/** A file's bytes. @throws ClicksegError `invalid-file` where the path cannot be read, with what it is and the system's reason */
export async function readBytes(what: string, path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new ClicksegError('invalid-file', `${what} ${path}: ${(cause as Error).message}`, { cause });
  }
}
