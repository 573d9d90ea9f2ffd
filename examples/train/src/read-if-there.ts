import { readFile } from 'node:fs/promises';
import { ClicksegError } from '@clickseg/raster';

/** A file's bytes; undefined where there is none. @throws ClicksegError `invalid-file` with the path and the system's reason */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ClicksegError('invalid-file', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** As {@link readIfThere}, as text. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  const bytes = await readIfThere(path);
  return bytes && new TextDecoder().decode(bytes);
}
