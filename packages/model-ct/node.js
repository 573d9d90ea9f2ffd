import { readFile } from 'node:fs/promises';
import { model } from './model.js';

/**
 * Reads the weights from this package's folder, for `createSegmenter({ model: await loadModel() })` in Node;
 * `loadModel(compact)` reads the 8-bit form.
 */
export async function loadModel(form = model) {
  return { ...form, data: new Uint8Array(await readFile(form.url)) };
}
