import type { Dimension, Graph, Tensor } from '../onnx/graph.ts';
import { Graph as OnnxGraph } from '../onnx/graph.ts';
import { channelsOf } from '../ops/fixed.ts';
import { SAME } from '../ops/taps.ts';
import { checkArrays } from './check-arrays.ts';
import { foldNorms } from './fold.ts';
import { buildUnet, type LayerKit } from './topology.ts';
import type { Unet, UnetWeights } from './unet.ts';

/**
 * The U-Net for inference as an ONNX model, its batch norms folded into the convolutions.
 *
 * Input `input` float32 `[n, c, h, w]` (image, foreground guidance, background guidance and, where the network reads it,
 * the mask before the newest click: c is `net.inputChannels`), output `probability` float32 `[n, 1, h, w]`; n, h and w are
 * free, h and w multiples of 2^levels.
 *
 * @param metadata - written as the model's metadata_props, which the runtime reads
 * @throws ClicksegError `invalid-option` for weights of another network; `not-finite`, naming the parameter
 */
export function exportModel(
  net: Unet,
  weights: UnetWeights,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  checkArrays(net, weights, 'exportModel: weights');
  return inferenceModel(net, weights, metadata);
}

/** {@link exportModel} of weights that are known to be right. */
export function inferenceModel(
  net: Unet,
  weights: UnetWeights,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const folded = foldNorms(net, weights);
  let at = 0;
  const next = (name: string, shape: readonly number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return graph.initializer(name, folded.slice(at, (at += size)), shape);
  };
  const free: Dimension[] = ['batch', net.inputChannels, 'height', 'width'];
  // Only ranks matter to the nodes below; the sizes of a free axis are never asked for.
  const input: Tensor = { name: 'input', shape: [0, net.inputChannels, 0, 0] };
  graph.inputs.push({ name: 'input', shape: free });
  const probability = buildUnet(inferenceKit(graph, next), input, net);
  graph.node('Identity', [probability], probability.shape, {}, { name: 'probability' });
  graph.outputs.push({ name: 'probability', shape: ['batch', 1, 'height', 'width'] });
  return graph.toModel({ name: `unet_w${net.width}_l${net.levels}`, metadata });
}

/**
 * Convolution + bias + ReLU, as batch norm is folded away. `next` hands out the folded tensors in the
 * order of the topology.
 */
export function inferenceKit(
  graph: Graph,
  next: (name: string, shape: readonly number[]) => Tensor,
): LayerKit<Tensor> {
  return {
    convNormRelu(name, x, ci, co) {
      const inputs = [x, next(`${name}.weight`, [co, ci, 3, 3]), next(`${name}.bias`, [co])];
      const [n, , h, w] = x.shape;
      return graph.unary('Relu', graph.node('Conv', inputs, [n, co, h, w], SAME));
    },
    separableNormRelu(name, x, ci, co) {
      const [n, , h, w] = x.shape;
      const planes = [x, next(`${name}.depthwise`, [ci, 1, 3, 3])];
      const y = graph.node('Conv', planes, x.shape, { ...SAME, group: ci });
      const inputs = [y, next(`${name}.weight`, [co, ci, 1, 1]), next(`${name}.bias`, [co])];
      return graph.unary('Relu', graph.node('Conv', inputs, [n, co, h, w], { kernel_shape: [1, 1] }));
    },
    convolution(layer, share, x, ci, co) {
      const [n, , h, w] = x.shape;
      return graph.node('Conv', [x, next(`${layer}.${share}`, [co, ci, 3, 3])], [n, co, h, w], SAME);
    },
    sumNormRelu(layer, shares, channels) {
      const bias = next(`${layer}.bias`, [channels, 1, 1]);
      // The last convolution takes the bias and the rest of the sum up as it is written.
      const [last, ...others] = [...shares].reverse();
      const sum = (a: Tensor, b: Tensor) => graph.node('Add', [a, b], last.shape);
      return graph.unary('Relu', others.reduce(sum, sum(last, bias)));
    },
    maxPool(x) {
      const [n, c, h, w] = x.shape;
      return graph.node('MaxPool', [x], [n, c, h / 2, w / 2], { kernel_shape: [2, 2], strides: [2, 2] });
    },
    upConvolution(name, x, ci, co) {
      const inputs = [x, next(`${name}.weight`, [ci, co, 2, 2]), next(`${name}.bias`, [co])];
      const [n, , h, w] = x.shape;
      const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
      return graph.node('ConvTranspose', inputs, [n, co, 2 * h, 2 * w], attributes);
    },
    join(up, skip) {
      const [n, c, h, w] = up.shape;
      return graph.node('Concat', [up, skip], [n, c + skip.shape[1], h, w], { axis: 1 });
    },
    channels: (x, from, count) => channelsOf(graph, x, from, count),
    head(name, x, ci) {
      const inputs = [x, next(`${name}.weight`, [1, ci, 1, 1]), next(`${name}.bias`, [1])];
      const [n, , h, w] = x.shape;
      return graph.unary('Sigmoid', graph.node('Conv', inputs, [n, 1, h, w], { kernel_shape: [1, 1] }));
    },
  };
}
