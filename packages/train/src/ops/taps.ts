import type { Graph, Tensor } from '../onnx/graph.ts';

/** A 3x3 convolution, stride 1, with zeros around: the map stays as large as it is. */
export const SAME = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };

/** 3x3 filters `[a, b, 3, 3]`, turned by 180 degrees. */
export function turned(graph: Graph, weight: Tensor): Tensor {
  const [a, b] = weight.shape;
  const taps = graph.reshape(weight, [a, b, 9]);
  const order = graph.integers([8, 7, 6, 5, 4, 3, 2, 1, 0]);
  return graph.reshape(graph.node('Gather', [taps, order], taps.shape, { axis: 2 }), weight.shape);
}

/**
 * Three copies of a tensor, moved by -1, 0 and 1 along an axis with zeros shifted in, joined on `axis`: the rows of dY and
 * the columns of X that meet in a 3x3 filter's gradient.
 */
export function shifts(graph: Graph, x: Tensor, along: 'rows' | 'columns', axis: number): Tensor {
  // The row of dY that meets tap a is y - (a - 1); the column of X that meets tap b is x + (b - 1).
  const moved = [-1, 0, 1].map((by) => {
    if (by === 0) return x;
    const pads = along === 'rows' ? [0, 0, by, 0, 0, 0, -by, 0] : [0, 0, 0, -by, 0, 0, 0, by];
    return graph.node('Pad', [x, graph.integers(pads)], x.shape);
  });
  const shape = x.shape.map((n, i) => (i === axis ? 3 * n : n));
  return graph.node('Concat', moved, shape, { axis });
}
