import { MICROSOFT, type Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';

/**
 * 1x1 convolution, no bias (batch norm follows).
 *
 * @param x - `[n, ci, h, w]`
 * @param weight - `[co, ci, 1, 1]`
 * @returns `[n, co, h, w]`
 */
export function pointwise(tape: Tape, x: Tensor, weight: Tensor): Tensor {
  const { graph } = tape;
  const [n, ci, h, w] = x.shape;
  const co = weight.shape[0];
  const y = graph.node('Conv', [x, weight], [n, co, h, w], { kernel_shape: [1, 1] });
  tape.record(() => {
    const dy = tape.gradientOf(y);
    const swapped = graph.transpose(weight, [1, 0, 2, 3]);
    tape.accumulate(x, graph.node('Conv', [dy, swapped], x.shape, { kernel_shape: [1, 1] }));
    const each = graph.node(
      'FusedMatMul',
      [graph.reshape(dy, [n, co, h * w]), graph.reshape(x, [n, ci, h * w])],
      [n, co, ci],
      { transB: 1 },
      { domain: MICROSOFT },
    );
    tape.accumulate(weight, graph.reshape(graph.sum(each, [0]), [co, ci, 1, 1]));
  });
  return y;
}
