import { NORM_EPSILON } from '../ops/norm-relu.ts';
import type { Norm } from './parameters.ts';
import type { Unet, UnetWeights } from './unet.ts';

/**
 * Folds every batch norm into the convolutions before it, with the running statistics:
 * weight' = weight gamma / sqrt(variance + epsilon), bias' = beta - mean gamma / sqrt(variance + epsilon).
 *
 * @returns all tensors of the inference network as one vector, in the order of the topology: weight and
 *   bias of each convolution, up-convolution and of the head; the bias where the norm was
 */
export function foldNorms(
  { layout }: Unet,
  { parameters, means, variances }: UnetWeights,
): Float32Array<ArrayBuffer> {
  const scales = new Map<string, Float32Array>();
  for (const { norm, kind, offset } of layout.parameters) {
    if (kind !== 'gamma' || !norm) continue;
    const scale = (_: number, c: number) =>
      parameters[offset + c] / Math.sqrt(variances[norm.offset + c] + NORM_EPSILON);
    scales.set(norm.name, Float32Array.from({ length: norm.channels }, scale));
  }
  const scaleOf = (norm: Norm) => scales.get(norm.name)!;

  const out = new Float32Array(foldedLength(layout));
  let at = 0;
  for (const { kind, norm, offset, size, shape } of layout.parameters) {
    if (kind === 'gamma') continue;
    const values = parameters.subarray(offset, offset + size);
    if (!norm) out.set(values, at);
    else if (kind === 'beta') {
      const scale = scaleOf(norm);
      for (let c = 0; c < size; c++) out[at + c] = values[c] - means[norm.offset + c] * scale[c];
    } else {
      const [scale, taps] = [scaleOf(norm), size / shape[0]];
      for (let i = 0; i < size; i++) out[at + i] = values[i] * scale[Math.floor(i / taps)];
    }
    at += size;
  }
  return out;
}

/** Length of the folded vector: a bias takes the place of each gamma and beta. */
export function foldedLength(layout: Unet['layout']): number {
  return layout.parameterCount - layout.channelCount;
}
