import { ClicksegError } from '@clickseg/raster';
import { halfWeights, QUANTIZE_DEFAULTS, quantize, sliceSet, typicalInputs } from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { type BaseModel, readBaseModel } from './base-model.ts';
import { loadSlices } from './load-slices.ts';
import { openFolder } from './open-folder.ts';
import { FITTED_WINDOWS, MODEL_CT } from './recipe.ts';
import { writeWhole } from './write-whole.ts';

export interface QuantizeCommand {
  readonly model: string;
  readonly out: string;
  /** 'int8': 8-bit convolutions; 'float16': weights of half the bytes, computed as before. */
  readonly to: string;
  /** For 'int8'. */
  readonly data?: string;
  readonly split?: string;
  /** Of an activation's values that 8 bits must hold. */
  readonly share: number;
  /** Of a weight: 7 are right on every processor, 8 only on those with VNNI, and on ARM. */
  readonly weightBits?: 7 | 8;
}

/** Writes a smaller form of a model: 8-bit convolutions, calibrated on what training would show it, or half weights. */
export async function quantizeCommand({
  model,
  out,
  to,
  data,
  split,
  share,
  weightBits = QUANTIZE_DEFAULTS.weightBits,
}: QuantizeCommand): Promise<void> {
  const base = await readBaseModel(model);
  const { bytes } = base;
  const small =
    to === 'float16' ? halfWeights(bytes) : await toInt8(base, { data, split, share, weightBits });
  await writeWhole(out, small);
  const mb = (n: number) => (n / 1e6).toFixed(1);
  console.log(`wrote ${out}: ${mb(small.length)} MB, from ${mb(bytes.length)} MB`);
}

async function toInt8(
  { bytes, metadata }: BaseModel,
  { data, split, share, weightBits }: Pick<QuantizeCommand, 'data' | 'split' | 'share' | 'weightBits'>,
): Promise<Uint8Array> {
  if (data === undefined) {
    throw new ClicksegError('invalid-option', 'quantize: 8 bits want --data, images to calibrate on');
  }
  const cases = await openFolder(data, split);
  // A calibration needs variety, not numbers.
  const slices = await loadSlices(cases, { metadata, slicesPerGroup: 100, seed: MODEL_CT.seed });
  const set = sliceSet(slices, { shape: [128, 128], augmentation: FITTED_WINDOWS });
  const inputs = await typicalInputs(set, bytes, { ort, batches: 4 });
  return quantize(bytes, { ort, inputs, share, weightBits });
}
