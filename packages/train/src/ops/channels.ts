import type { Graph, Tensor } from '../onnx/graph.ts';

/** What batch norm does by channel, for one arrangement of a map's values in memory. */
export interface ChannelKernels {
  /** Sum over batch and pixels, `[n, c, h, w]` to `[c]`. */
  sum(x: Tensor): Tensor;
  /** Sum of the products of two maps, to `[c]`. */
  dot(x: Tensor, y: Tensor): Tensor;
  /** scale x + shift, each a value a channel; then `plus`, a map, is added, or what is below zero cut off. */
  affine(x: Tensor, scale: Tensor, shift?: Tensor, options?: { relu?: boolean; plus?: Tensor }): Tensor;
}

/** For maps as ONNX has them, plane after plane. */
export function planeKernels(graph: Graph): ChannelKernels {
  return {
    sum: (x) => channelSum(graph, x),
    dot: (x, y) =>
      x === y ? channelSum(graph, x, 'ReduceSumSquare') : channelSum(graph, graph.binary('Mul', x, y)),
    affine(x, scale, shift, { relu, plus } = {}) {
      // A 1x1 convolution of each channel with itself: one pass on every core. onnxruntime's BatchNormalization says
      // the same but runs on one.
      const c = x.shape[1];
      const inputs = [x, graph.reshape(scale, [c, 1, 1, 1]), shift];
      const y = graph.node('Conv', shift ? inputs : inputs.slice(0, 2), x.shape, {
        kernel_shape: [1, 1],
        group: c,
      });
      if (plus) return graph.binary('Add', y, plus);
      return relu ? graph.unary('Relu', y) : y;
    },
  };
}

/** Sum (or sum of squares) over batch and pixels, `[n, c, h, w]` to `[c]`. */
export function channelSum(
  graph: Graph,
  x: Tensor,
  reduction: 'ReduceSum' | 'ReduceSumSquare' = 'ReduceSum',
): Tensor {
  const [n, c, h, w] = x.shape;
  // Pixels first and images after: the inner sum is over contiguous memory, and runs on every core.
  const planes = graph.reshape(x, [n, c, h * w]);
  const sums =
    reduction === 'ReduceSum'
      ? graph.sum(planes, [2])
      : graph.node('ReduceSumSquare', [planes], [n, c], { axes: [2], keepdims: 0 });
  return graph.sum(sums, [0]);
}

/** 1 above zero and 0 at it, of values that are not below: HardSigmoid runs on every core, Sign on one. */
export function heaviside(graph: Graph, y: Tensor): Tensor {
  return graph.node('HardSigmoid', [y], y.shape, { alpha: { float: 1e30 }, beta: { float: 0 } });
}
