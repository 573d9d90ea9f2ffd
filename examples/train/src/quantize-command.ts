import { readFile } from 'node:fs/promises';
import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY, parseMetadata, readModel } from '@clickseg/runtime';
import { halfWeights, quantize, sliceSet, typicalInputs } from '@clickseg/train';
import * as ort from 'onnxruntime-node';
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
}

/** Writes a smaller form of a model: 8-bit convolutions, calibrated on what training would show it, or half weights. */
export async function quantizeCommand({
  model,
  out,
  to,
  data,
  split,
  share,
}: QuantizeCommand): Promise<void> {
  const bytes = new Uint8Array(await readFile(model));
  const small = to === 'float16' ? halfWeights(bytes) : await toInt8(bytes, { data, split, share });
  await writeWhole(out, small);
  const mb = (n: number) => (n / 1e6).toFixed(1);
  console.log(`wrote ${out}: ${mb(small.length)} MB, from ${mb(bytes.length)} MB`);
}

async function toInt8(
  model: Uint8Array,
  { data, split, share }: Pick<QuantizeCommand, 'data' | 'split' | 'share'>,
): Promise<Uint8Array> {
  if (data === undefined) {
    throw new ClicksegError('invalid-option', 'quantize: 8 bits want --data, images to calibrate on');
  }
  const metadata = parseMetadata(readModel(model).properties[MODEL_METADATA_KEY] ?? '');
  const cases = await openFolder(data, split);
  // A calibration needs variety, not numbers.
  const slices = await loadSlices(cases, { metadata, slicesPerGroup: 100, seed: MODEL_CT.seed });
  const set = sliceSet(slices, { shape: [128, 128], augmentation: FITTED_WINDOWS });
  const inputs = await typicalInputs(set, model, { ort, batches: 4 });
  return quantize(model, { ort, inputs, share });
}
