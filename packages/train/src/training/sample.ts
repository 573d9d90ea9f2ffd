/** One binary task of the paper's III-C: an image and the structure to find in it. */
export interface TrainingSample {
  /** `[h, w]`, zero mean and unit deviation */
  readonly image: Float32Array;
  /** `[h, w]`, 0 or 1 */
  readonly target: Uint8Array;
}

/** Where training samples come from; see `sliceSet` for labelled slices. */
export interface TrainingSet {
  /** `[h, w]` of every sample. */
  readonly shape: readonly [number, number];
  /** Draws one sample; the same random stream draws the same sample. */
  draw(random: () => number): TrainingSample;
}
