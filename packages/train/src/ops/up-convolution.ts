import { MICROSOFT, type Tensor } from '../onnx/graph.ts';
import { channelSum } from './channels.ts';
import type { Tape } from './tape.ts';

const DOUBLE = { kernel_shape: [2, 2], strides: [2, 2] };

/**
 * 2x2 transposed convolution of stride 2, with bias.
 *
 * @param x - `[n, ci, h, w]`
 * @param weight - `[ci, co, 2, 2]`
 * @param bias - `[co]`
 * @returns `[n, co, 2h, 2w]`
 */
export function upConvolution(tape: Tape, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const { graph } = tape;
  const [n, ci, h, w] = x.shape;
  const co = weight.shape[1];
  const y = graph.node('ConvTranspose', [x, weight, bias], [n, co, 2 * h, 2 * w], DOUBLE);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    tape.accumulate(bias, channelSum(graph, dy));
    tape.accumulate(x, graph.node('Conv', [dy, weight], x.shape, DOUBLE));
    // Windows do not overlap, so dW is one product of x with the 2x2 pixels that each of its pixels became.
    const split = graph.transpose(graph.reshape(dy, [n, co, h, 2, w, 2]), [0, 1, 3, 5, 2, 4]);
    const each = graph.node(
      'FusedMatMul',
      [graph.reshape(x, [n, ci, h * w]), graph.reshape(split, [n, 4 * co, h * w])],
      [n, ci, 4 * co],
      { transB: 1 },
      { domain: MICROSOFT },
    );
    tape.accumulate(weight, graph.reshape(graph.sum(each, [0]), [ci, co, 2, 2]));
  });
  return y;
}
