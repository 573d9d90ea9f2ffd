import { readFile } from 'node:fs/promises';
import { model } from './model.js';

/**
 * Reads the weights from this package's folder, for `createSegmenter({ model: await loadModel() })` in Node.
 */
export async function loadModel() {
  return { ...model, data: new Uint8Array(await readFile(model.url)) };
}
