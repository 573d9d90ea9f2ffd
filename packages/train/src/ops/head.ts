import { MICROSOFT, type Tensor } from '../onnx/graph.ts';
import { channelSum } from './channels.ts';
import type { Tape } from './tape.ts';

/**
 * The network's last layer: 1x1 convolution to one channel, then sigmoid.
 *
 * @param x - `[n, c, h, w]`
 * @param weight - `[1, c, 1, 1]`
 * @param bias - `[1]`
 * @returns the probability map `[n, 1, h, w]`
 */
export function head(tape: Tape, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const { graph } = tape;
  const [n, c, h, w] = x.shape;
  const logits = graph.node('Conv', [x, weight, bias], [n, 1, h, w], { kernel_shape: [1, 1] });
  const probability = graph.unary('Sigmoid', logits);
  tape.record(() => {
    const rest = graph.binary('Sub', graph.scalar(1), probability);
    const slope = graph.binary('Mul', probability, rest);
    const dLogits = graph.binary('Mul', tape.gradientOf(probability), slope);
    tape.accumulate(bias, channelSum(graph, dLogits));
    const transposed = graph.reshape(weight, [c, 1, 1, 1]);
    tape.accumulate(x, graph.node('Conv', [dLogits, transposed], x.shape, { kernel_shape: [1, 1] }));
    const each = graph.node(
      'FusedMatMul',
      [graph.reshape(dLogits, [n, 1, h * w]), graph.reshape(x, [n, c, h * w])],
      [n, 1, c],
      { transB: 1 },
      { domain: MICROSOFT },
    );
    tape.accumulate(weight, graph.reshape(graph.sum(each, [0]), [1, c, 1, 1]));
  });
  return probability;
}
