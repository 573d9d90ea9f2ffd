import { readFile } from 'node:fs/promises';
import { ClicksegError } from '@clickseg/raster';
import type { ModelSource } from '@clickseg/runtime';

/**
 * The model's bytes: those of `@clickseg/model-ct`, or of a file.
 * @throws ClicksegError `invalid-model` if there are none
 */
export async function openModel(path: string | undefined): Promise<ModelSource> {
  try {
    if (path !== undefined) return { data: new Uint8Array(await readFile(path)) };
    const { loadModel } = await import('@clickseg/model-ct/node');
    return await loadModel();
  } catch (cause) {
    const which = path ?? '@clickseg/model-ct';
    throw new ClicksegError('invalid-model', `${which}: no model there (${(cause as Error).message})`, {
      cause,
    });
  }
}
