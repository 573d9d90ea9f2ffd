import type { Unet, UnetWeights } from '../unet/unet.ts';

/** PyTorch's momentum of the running statistics. */
const MOMENTUM = 0.1;

/**
 * Running statistics after one more batch, as PyTorch keeps them: momentum 0.1, and the unbiased variance.
 *
 * @param means - the batch's, `[c]`
 * @param variances - the batch's, biased, `[c]`
 * @param pixels - of the batch at full resolution
 */
export function runningStatistics(
  net: Unet,
  before: Pick<UnetWeights, 'means' | 'variances'>,
  means: Float32Array,
  variances: Float32Array,
  pixels: number,
): Pick<UnetWeights, 'means' | 'variances'> {
  const result = { means: new Float32Array(means.length), variances: new Float32Array(means.length) };
  for (const { channels, offset, depth } of net.layout.norms) {
    const count = pixels / 4 ** depth;
    for (let c = offset; c < offset + channels; c++) {
      const unbiased = (variances[c] * count) / Math.max(1, count - 1);
      result.means[c] = before.means[c] + MOMENTUM * (means[c] - before.means[c]);
      result.variances[c] = before.variances[c] + MOMENTUM * (unbiased - before.variances[c]);
    }
  }
  return result;
}
