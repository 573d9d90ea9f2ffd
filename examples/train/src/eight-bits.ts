import { type QuantizeOptions, quantize, sliceSet, typicalInputs } from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { type BaseModel, checkKernel } from './base-model.ts';
import { cropsFor } from './crops.ts';
import { loadSlices } from './load-slices.ts';
import { openFolder } from './open-folder.ts';
import { MODEL_CT } from './recipe.ts';

export interface EightBits extends Pick<QuantizeOptions, 'share' | 'weightBits' | 'threads'> {
  /** Images and label maps to calibrate on. */
  readonly data: string;
  /** Of its index, as `openFolder` takes it. */
  readonly split?: string;
}

/**
 * A model with 8-bit convolutions, calibrated on crops as training would show them.
 * @throws ClicksegError `invalid-model` for clicks of a kernel that training does not render
 */
export async function eightBits(
  base: BaseModel,
  { data, split, ...settings }: EightBits,
): Promise<Uint8Array> {
  const { bytes, metadata } = base;
  checkKernel(base);
  const cases = await openFolder(data, { split });
  // A calibration needs variety, not numbers.
  const slices = await loadSlices(cases, { metadata, slicesPerGroup: 100, seed: MODEL_CT.seed });
  const set = sliceSet(slices, { shape: [128, 128], augmentation: cropsFor(metadata) });
  const inputs = await typicalInputs(set, bytes, {
    ort,
    batches: 4,
    sigma: metadata.sigma,
    threads: settings.threads,
  });
  return quantize(bytes, { ort, inputs, ...settings });
}
