import type { PublishedModel } from './model.js';

/** The weights' bytes beside what is known about them. */
export interface LoadedModel extends PublishedModel {
  readonly data: Uint8Array;
}

/**
 * Reads the weights from this package's folder, for `createSegmenter({ model: await loadModel() })` in Node;
 * `loadModel(compact)` reads the 8-bit form.
 */
export declare function loadModel(form?: PublishedModel): Promise<LoadedModel>;
