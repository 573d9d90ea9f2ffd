import { NORM_EPSILON } from '../ops/norm-relu.ts';
import type { Unet, UnetWeights } from './unet.ts';

/**
 * Folds every batch norm into the convolution before it, with the running statistics:
 * weight' = weight gamma / sqrt(variance + epsilon), bias' = beta - mean gamma / sqrt(variance + epsilon).
 *
 * @returns all tensors of the inference network as one vector, in the order of the topology: weight and
 *   bias of each convolution, up-convolution and of the head
 */
export function foldNorms(
  { layout }: Unet,
  { parameters, means, variances }: UnetWeights,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(foldedLength(layout));
  let at = 0;
  let norm = 0;
  for (let i = 0; i < layout.parameters.length; i++) {
    const weight = layout.parameters[i];
    if (weight.kind !== 'convolution') {
      out.set(parameters.subarray(weight.offset, weight.offset + weight.size), at);
      at += weight.size;
      continue;
    }
    const [gamma, beta] = [layout.parameters[++i], layout.parameters[++i]];
    const channels = weight.shape[0];
    const taps = weight.size / channels;
    const bias = at + weight.size;
    const first = layout.norms[norm++].offset;
    for (let c = 0; c < channels; c++) {
      const scale = parameters[gamma.offset + c] / Math.sqrt(variances[first + c] + NORM_EPSILON);
      out[bias + c] = parameters[beta.offset + c] - means[first + c] * scale;
      const from = weight.offset + c * taps;
      for (let k = 0; k < taps; k++) out[at++] = parameters[from + k] * scale;
    }
    at = bias + channels;
  }
  return out;
}

/** Length of the folded vector: a bias takes the place of each gamma and beta. */
export function foldedLength(layout: Unet['layout']): number {
  return layout.parameterCount - layout.channelCount;
}
