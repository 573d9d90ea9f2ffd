import { ClicksegError } from '@clickseg/raster';
import { floatsOf, readModelFile, tensorMessage, writeModelFile } from '../onnx/model-file.ts';
import { hasPreviousMask } from './previous-mask.ts';

/**
 * One model with the mean of several models' weights ("model soup": Wortsman et al. 2022): where one went on training from
 * another, it is often better than both, and costs no more than either. Everything but the float constants is the first
 * model's, metadata included.
 *
 * @param models - exported files of the same network
 * @throws ClicksegError `invalid-model` for other bytes, for files whose constants differ in name or shape, or in value where
 *   they are no float32 (quantized and halved files), or of which some read the previous mask and others do not;
 *   `invalid-option` without a model
 */
export function averageModels(models: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (models.length === 0) throw new ClicksegError('invalid-option', 'averageModels: no models');
  const [first, ...others] = models.map(readModelFile);
  const reads = hasPreviousMask(first);
  const unlike = others.findIndex((other) => hasPreviousMask(other) !== reads);
  if (unlike >= 0) {
    const words = ['does not read the previous mask', 'reads the previous mask, a fourth channel'];
    const [own, other] = reads ? words.reverse() : words;
    throw refuse(`the first model ${own}, number ${unlike + 2} ${other}`);
  }
  for (const [i, { initializers: theirs }] of others.entries()) {
    const extra = [...theirs.keys()].find((name) => !first.initializers.has(name));
    if (extra !== undefined) throw refuse(`the first model has no constant '${extra}', number ${i + 2} has`);
  }
  const initializers = new Map(first.initializers);
  for (const [name, tensor] of first.initializers) {
    const floats = floatsOf(tensor);
    if (!floats) {
      // A mean of 8-bit codes means nothing, and one of half floats would be the first model's: only equal ones pass.
      const at = others.findIndex(({ initializers: same }) => !isEqual(same.get(name), tensor));
      if (at < 0) continue;
      const why = `constant '${name}' is no float32 and differs in number ${at + 2}`;
      throw refuse(`${why}; average the float32 files, then quantize or halve the mean`);
    }
    const sum = Float64Array.from(floats.data);
    for (const [i, { initializers: same }] of others.entries()) {
      const other = floatsOf(same.get(name) ?? new Uint8Array());
      if (!other || String(other.shape) !== String(floats.shape)) {
        const found = other ? `[${other.shape}]` : 'missing';
        const why = `constant '${name}' is [${floats.shape}] in the first model, ${found} in number ${i + 2}`;
        throw refuse(why);
      }
      for (let k = 0; k < sum.length; k++) sum[k] += other.data[k];
    }
    const mean = Float32Array.from(sum, (v) => v / models.length);
    initializers.set(name, tensorMessage(name, 1, floats.shape, mean));
  }
  return writeModelFile({ ...first, initializers });
}

function isEqual(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a?.length === b.length && b.every((byte, i) => byte === a[i]);
}

function refuse(why: string): ClicksegError {
  return new ClicksegError('invalid-model', `averageModels: ${why}`);
}
