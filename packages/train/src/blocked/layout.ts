import type { Graph, Tensor } from '../onnx/graph.ts';
import type { AttributeValue } from '../onnx/model.ts';

// A blocked map, [n, c, h, w] by its shape, lies in memory as [n, c / block, h, w, block]: the channels of a block
// side by side, as wide as the processor's vector registers. onnxruntime's optimiser turns convolutions of constant
// weights into these operators; here they are written directly, and the weights brought into their order each step.
const NCHWC = 'com.microsoft.nchwc';

/** A node of the operators on blocked maps. */
export function blockedNode(
  graph: Graph,
  type: 'Conv' | 'MaxPool' | 'ReorderInput' | 'ReorderOutput',
  inputs: readonly (Tensor | undefined)[],
  shape: readonly number[],
  attributes: Record<string, AttributeValue> = {},
): Tensor {
  return graph.node(type, inputs, shape, attributes, { domain: NCHWC });
}

/** A blocked map plane after plane, `[n, c, h, w]`. */
export function toPlanes(graph: Graph, x: Tensor): Tensor {
  return blockedNode(graph, 'ReorderOutput', [x], x.shape, { channels: x.shape[1] });
}

/** A blocked map pixel after pixel, `[n, h, w, c]`; a map of less than a block of channels is one of planes. */
export function toPixels(graph: Graph, x: Tensor, block: number): Tensor {
  const [n, c, h, w] = x.shape;
  if (c < block) return graph.transpose(x, [0, 2, 3, 1]);
  if (c === block) return graph.reshape(x, [n, h, w, c]);
  return blockedNode(graph, 'ReorderOutput', [x], [n, h, w, c], { channels: c, channels_last: 1 });
}

/** Four blocked maps, joined by channel, as one: top left, top right, bottom left, bottom right of each 2x2 window. */
export function interleave(graph: Graph, quarters: Tensor, block: number): Tensor {
  const [n, four, h, w] = quarters.shape;
  const blocks = four / 4 / block;
  const windows = graph.reshape(quarters, [n, 2, 2, blocks, h, w, block]);
  const pixels = graph.transpose(windows, [0, 3, 4, 1, 5, 2, 6]);
  return graph.reshape(pixels, [n, four / 4, 2 * h, 2 * w]);
}
