import { ClicksegError } from '@clickseg/raster';
import { checkQuantizeOptions, halfWeights, QUANTIZE_DEFAULTS } from '@clickseg/train';
import { readBaseModel } from './base-model.ts';
import { eightBits } from './eight-bits.ts';
import { checkWritable, writeWhole } from './write-whole.ts';

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
  readonly threads?: number;
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
  threads,
}: QuantizeCommand): Promise<void> {
  await checkWritable(out);
  checkQuantizeOptions({ share, weightBits, threads });
  const base = await readBaseModel(model);
  const { bytes } = base;
  const small =
    to === 'float16'
      ? halfWeights(bytes)
      : await eightBits(base, { data: need(data), split, share, weightBits, threads });
  await writeWhole(out, small);
  const mb = (n: number) => (n / 1e6).toFixed(1);
  console.log(`wrote ${out}: ${mb(small.length)} MB, from ${mb(bytes.length)} MB`);
}

function need(data: string | undefined): string {
  if (data !== undefined) return data;
  throw new ClicksegError('invalid-option', 'quantize: 8 bits want --data, images to calibrate on');
}
