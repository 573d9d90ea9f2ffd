import type { Graph, Tensor } from '../onnx/graph.ts';

// The network's input and what is pooled from it: values that no parameter reaches, so that they need no gradient.

/** Some channels of the network's input, `[n, c, h, w]` to `[n, count, h, w]`. */
export function channelsOf(graph: Graph, x: Tensor, from: number, count: number): Tensor {
  const [n, , h, w] = x.shape;
  const at = [graph.integers([from]), graph.integers([from + count]), graph.integers([1])];
  return graph.node('Slice', [x, ...at], [n, count, h, w]);
}

/** 2x2 max-pooling of stride 2 without a gradient. */
export function poolFixed(graph: Graph, x: Tensor): Tensor {
  const [n, c, h, w] = x.shape;
  const halve = { kernel_shape: [2, 2], strides: [2, 2] };
  return graph.node('MaxPool', [x], [n, c, h / 2, w / 2], halve);
}
