import { ClicksegError, isClicksegError } from '@clickseg/raster';
import { isFileFault } from './file-fault.ts';

/** A case whose files are no longer what they were when it was listed, such as of a folder that was unmounted. */
export class LostCase extends ClicksegError {
  constructor(name: string, cause: Error) {
    const why = `evaluate: ${name} can no longer be read as it was listed: ${cause.message}`;
    super('invalid-file', why, { cause });
  }
}

/** Whether a chunk ended for its machine's sake: this one later, or another one, may well do it. What speaks of an image ends none. */
export const isMachineFault = (error: unknown): error is ClicksegError =>
  error instanceof LostCase || isClicksegError(error, 'backend-failed');

/**
 * Reads a case that was listed with these contents. One that could not be read then either fails as it did: the fault is the file's.
 * @throws LostCase where its contents are others now; else what `load` throws
 */
export async function loadListed<T>(
  entry: { readonly case: string; contents(): Promise<string> },
  contents: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isClicksegError(error)) throw error;
    if ((await entry.contents()) !== contents) throw new LostCase(entry.case, error);
    // The files are as they were listed. Had the system refused them for a moment only, they can be read now.
    if (!isFileFault(error.cause)) throw error;
    return load();
  }
}
