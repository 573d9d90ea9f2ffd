import type { Tensor } from '../onnx/graph.ts';
import { type ChannelKernels, heaviside } from './channels.ts';
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
 * @param kernels - for the arrangement of `x` in memory
 * @param x - `[n, c, h, w]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 */
export function normRelu(
  tape: Tape,
  kernels: ChannelKernels,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
): { y: Tensor; statistics: NormStatistics } {
  const { graph } = tape;
  const [n, , h, w] = x.shape;
  const perPixel = graph.scalar(1 / (n * h * w));
  const mean = graph.binary('Mul', kernels.sum(x), perPixel);
  const meanSquare = graph.binary('Mul', kernels.dot(x, x), perPixel);
  const difference = graph.binary('Sub', meanSquare, graph.binary('Mul', mean, mean));
  // Rounding may take the difference of two near-equal sums below zero.
  const variance = graph.binary('Max', difference, graph.scalar(0));
  const deviation = graph.unary('Sqrt', graph.binary('Add', variance, graph.scalar(NORM_EPSILON)));
  const inverse = graph.binary('Div', graph.scalar(1), deviation);
  const scale = graph.binary('Mul', gamma, inverse);
  const shift = graph.binary('Sub', beta, graph.binary('Mul', mean, scale));
  const y = kernels.affine(x, scale, shift, { relu: true });

  tape.record(() => {
    const dNormal = graph.binary('Mul', tape.gradientOf(y), heaviside(graph, y));
    const dBeta = kernels.sum(dNormal);
    const dNormalX = kernels.dot(dNormal, x);
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
    const indirect = kernels.affine(x, slope, offset);
    tape.accumulate(x, kernels.affine(dNormal, scale, undefined, { plus: indirect }));
  });
  return { y, statistics: { mean, variance } };
}
