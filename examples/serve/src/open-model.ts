import { readFile } from 'node:fs/promises';
import type { Backend } from '@clickseg/runtime';
import { StartFault } from './fault.ts';
import { loadServedModel, type ServedModel } from './model.ts';

/**
 * Loads the model to serve: a file, or `@clickseg/model-ct`.
 * @param log - see {@link loadServedModel}
 * @throws StartFault where there is none, or none that describes itself
 */
export async function openModel(
  path: string | undefined,
  backend: Backend,
  log?: (line: string) => void,
): Promise<ServedModel> {
  try {
    return await loadServedModel(await modelBytes(path), backend, log);
  } catch (cause) {
    const { name, message } = cause as Error;
    // The system's, the module loader's and the runtime's errors say what is wrong; any other is a fault of ours.
    if (name !== 'ClicksegError' && !('code' in (cause as Error))) throw cause;
    const which = path === undefined ? '@clickseg/model-ct' : `--model ${path}`;
    throw new StartFault(`serve: ${which}: ${message}`, { cause });
  }
}

async function modelBytes(path: string | undefined): Promise<Uint8Array> {
  if (path !== undefined) return new Uint8Array(await readFile(path));
  const { loadModel } = await import('@clickseg/model-ct/node');
  return (await loadModel()).data;
}
