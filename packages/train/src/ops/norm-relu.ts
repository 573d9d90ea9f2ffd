import type { Graph, Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';

/** What PyTorch's BatchNorm2d adds to the variance. */
export const NORM_EPSILON = 1e-5;

export interface NormStatistics {
  /** `[c]` */
  readonly mean: Tensor;
  /** `[c]`, biased (divided by n h w), as batch norm applies it. */
  readonly variance: Tensor;
}

/**
 * Batch norm over `[n, h, w]` with the batch's own statistics, then ReLU.
 *
 * The two are one operator here because their gradients share the masked dY. onnxruntime has no training
 * batch norm on every platform, so the statistics become a scale and a shift by channel.
 *
 * @param x - `[n, c, h, w]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 */
export function normRelu(
  tape: Tape,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
): { y: Tensor; statistics: NormStatistics } {
  const { graph } = tape;
  const [n, c, h, w] = x.shape;
  const perPixel = graph.scalar(1 / (n * h * w));
  const mean = graph.binary('Mul', channelSum(graph, x), perPixel);
  const meanSquare = graph.binary('Mul', channelSum(graph, x, 'ReduceSumSquare'), perPixel);
  const difference = graph.binary('Sub', meanSquare, graph.binary('Mul', mean, mean));
  // Rounding may take the difference of two near-equal sums below zero.
  const variance = graph.binary('Max', difference, graph.scalar(0));
  const deviation = graph.unary('Sqrt', graph.binary('Add', variance, graph.scalar(NORM_EPSILON)));
  const inverse = graph.binary('Div', graph.scalar(1), deviation);
  const scale = graph.binary('Mul', gamma, inverse);
  const shift = graph.binary('Sub', beta, graph.binary('Mul', mean, scale));
  const y = graph.unary('Relu', affine(graph, x, scale, shift));

  tape.record(() => {
    const dNormal = graph.binary('Mul', tape.gradientOf(y), step(graph, y));
    const dBeta = channelSum(graph, dNormal);
    const dNormalX = channelSum(graph, graph.binary('Mul', dNormal, x));
    const centred = graph.binary('Sub', dNormalX, graph.binary('Mul', mean, dBeta));
    const dGamma = graph.binary('Mul', centred, inverse);
    tape.accumulate(beta, dBeta);
    tape.accumulate(gamma, dGamma);

    // dX = scale dNormal + slope x + offset, each a value a channel: the mean and the variance depend on x too.
    const slope = graph.unary(
      'Neg',
      graph.binary('Mul', graph.binary('Mul', scale, inverse), graph.binary('Mul', dGamma, perPixel)),
    );
    const share = graph.binary('Mul', graph.binary('Mul', scale, dBeta), perPixel);
    const offset = graph.unary('Neg', graph.binary('Add', share, graph.binary('Mul', slope, mean)));
    const direct = graph.binary('Mul', dNormal, graph.reshape(scale, [1, c, 1, 1]));
    tape.accumulate(x, graph.binary('Add', direct, affine(graph, x, slope, offset)));
  });
  return { y, statistics: { mean, variance } };
}

/**
 * slope x + offset by channel in one pass on every core: a 1x1 convolution of each channel with itself.
 * onnxruntime's BatchNormalization says the same but runs on one core.
 */
function affine(graph: Graph, x: Tensor, slope: Tensor, offset: Tensor): Tensor {
  const c = x.shape[1];
  const weight = graph.reshape(slope, [c, 1, 1, 1]);
  return graph.node('Conv', [x, weight, offset], x.shape, { kernel_shape: [1, 1], group: c });
}

/** 1 above zero and 0 at it, of values that are not below: HardSigmoid runs on every core, Sign on one. */
function step(graph: Graph, y: Tensor): Tensor {
  return graph.node('HardSigmoid', [y], y.shape, { alpha: { float: 1e30 }, beta: { float: 0 } });
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
