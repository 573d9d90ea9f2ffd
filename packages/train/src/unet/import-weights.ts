import { ClicksegError } from '@clickseg/raster';
import { type FileNode, floatsOf, type ModelFile, readModelFile } from '../onnx/model-file.ts';
import { NORM_EPSILON } from '../ops/norm-relu.ts';
import { type CalibrationInput, channelMoments } from '../quantize/calibrate.ts';
import type { OnnxRuntime } from '../training/network.ts';
import type { Norm, Parameter } from './parameters.ts';
import type { Unet, UnetWeights } from './unet.ts';

export interface ImportWeightsOptions {
  readonly ort: OnnxRuntime;
  /** Inputs such as training will draw, on which the norms' statistics are measured; a few batches are enough. */
  readonly inputs: readonly CalibrationInput[];
  /** CPU threads of onnxruntime; its own choice by default. */
  readonly threads?: number;
}

/**
 * The weights of an exported model, so that training can go on from it: fine-tuning on scans of one's own.
 *
 * An export has its batch norms folded into the convolutions, so they are taken apart again: the statistics are those
 * of the given inputs, and gamma and beta whatever makes the network answer as before. Each filter is scaled to the
 * length that `initialWeights` gives it, which a norm undoes, so that Adam's steps mean the same as in a training from the
 * beginning.
 *
 * @param net - the network that the model was exported from: same width, levels and variant, and either with a previous mask
 *   or without (see `readsPreviousMask`)
 * @throws ClicksegError `invalid-model` where the file lacks one of the network's tensors or has it in another shape;
 *   `invalid-option` without inputs
 */
export async function importWeights(
  net: Unet,
  model: Uint8Array,
  { ort, inputs, threads }: ImportWeightsOptions,
): Promise<UnetWeights> {
  const { file, tensor, norms } = takeApart(net, model);
  const { layout } = net;
  if (inputs.length === 0)
    throw new ClicksegError('invalid-option', 'importWeights: no inputs to measure on');
  const sums = norms.map(({ sum }) => sum);
  const moments = await channelMoments(file, sums, inputs, { ort, threads });

  const weights: UnetWeights = {
    parameters: new Float32Array(layout.parameterCount),
    means: new Float32Array(layout.channelCount),
    variances: new Float32Array(layout.channelCount),
  };
  const unfolded = new Map<Norm, { scale: Float32Array; beta: Float32Array }>();
  for (const { norm, bias, sum } of norms) {
    const { mean, variance } = moments.get(sum)!;
    const parts = layout.parameters.filter((p) => p.norm === norm && p.kind === 'convolution');
    const scale = filterScales(norm, parts, (p) => tensor(p.name, p.size));
    unfolded.set(norm, { scale, beta: mean });
    for (let c = 0; c < norm.channels; c++) {
      weights.means[norm.offset + c] = scale[c] * (mean[c] - bias[c]);
      weights.variances[norm.offset + c] = scale[c] ** 2 * variance[c];
    }
  }
  for (const { name, kind, norm, offset, size, shape } of layout.parameters) {
    const into = weights.parameters.subarray(offset, offset + size);
    const parts = norm && unfolded.get(norm);
    if (parts && kind === 'beta') into.set(parts.beta);
    else if (parts && kind === 'gamma') {
      for (let c = 0; c < size; c++)
        into[c] = Math.sqrt(weights.variances[norm.offset + c] + NORM_EPSILON) / parts.scale[c];
    } else {
      into.set(tensor(name, size));
      if (parts) for (let i = 0; i < size; i++) into[i] *= parts.scale[Math.floor(i / (size / shape[0]))];
    }
  }
  return weights;
}

/**
 * That a model is one of this network's, as {@link importWeights} wants it, before inputs are made for it.
 * @throws ClicksegError `invalid-model`
 */
export function checkWeights(net: Unet, model: Uint8Array): void {
  takeApart(net, model);
}

/** The file's tensors by name, and what each norm's ReLU reads. */
function takeApart(net: Unet, model: Uint8Array) {
  const { layout } = net;
  const file = readModelFile(model);
  const tensor = (name: string, size: number) => {
    const bytes = file.initializers.get(name);
    const found = bytes && floatsOf(bytes);
    if (!found || found.data.length !== size) {
      const has = found ? `${found.data.length} values` : 'no float32 tensor';
      const mask = net.previousMask ? 'with' : 'without';
      const what = `${net.variant} network of width ${net.width} and ${net.levels} levels ${mask} a previous mask`;
      throw new ClicksegError(
        'invalid-model',
        `model: it has ${has} as ${name}; a ${what} has ${size} values there`,
      );
    }
    return found.data;
  };
  const norms = layout.norms.map((norm) => ({
    norm,
    bias: tensor(`${norm.name}.bias`, norm.channels),
    sum: beforeRelu(file, norm),
  }));
  // All of them, before anything is run: inputs for this network would not fit another.
  for (const { name, kind, size } of layout.parameters)
    if (kind !== 'gamma' && kind !== 'beta') tensor(name, size);
  return { file, tensor, norms };
}

/** The name of what a norm's ReLU reads: the bias's node, and the sums behind it. */
function beforeRelu(file: ModelFile, { name }: Norm): string {
  const reading = (value: string): FileNode | undefined =>
    file.nodes.find(({ inputs }) => inputs.includes(value));
  let node = reading(`${name}.bias`);
  for (let next = node; next && next.type !== 'Relu'; next = reading(next.outputs[0])) node = next;
  if (!node) throw new ClicksegError('invalid-model', `model: nothing reads ${name}.bias`);
  return node.outputs[0];
}

/** What brings each filter (of all convolutions that a norm's sum adds) to He's length, the square root of two for each. */
function filterScales(
  { channels }: Norm,
  parts: readonly Parameter[],
  values: (parameter: Parameter) => Float32Array,
): Float32Array {
  const squares = new Float64Array(channels);
  for (const part of parts) {
    const taps = part.size / channels;
    for (const [i, v] of values(part).entries()) squares[Math.floor(i / taps)] += v * v;
  }
  return Float32Array.from(squares, (s) => (s > 0 ? Math.sqrt((2 * parts.length) / s) : 1));
}
