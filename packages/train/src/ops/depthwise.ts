import { type Graph, MICROSOFT, type Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';
import { SAME, shifts, turned } from './taps.ts';

/**
 * Depthwise 3x3 convolution with zero padding, stride 1, no bias: every channel has a kernel of its own.
 *
 * @param x - `[n, c, h, w]`
 * @param weight - `[c, 1, 3, 3]`
 * @returns `[n, c, h, w]`
 */
export function depthwise(tape: Tape, x: Tensor, weight: Tensor): Tensor {
  const { graph } = tape;
  const same = { ...SAME, group: x.shape[1] };
  const y = graph.node('Conv', [x, weight], x.shape, same);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    tape.accumulate(x, graph.node('Conv', [dy, turned(graph, weight)], x.shape, same));
    tape.accumulate(weight, weightGradient(graph, x, dy));
  });
  return y;
}

/**
 * dW[c, a, b] = sum over n, y, x of dY[n, c, y, x] X[n, c, y + a - 1, x + b - 1]: a product of three row-shifts of
 * dY with three column-shifts of X, one a plane.
 */
function weightGradient(graph: Graph, x: Tensor, dy: Tensor): Tensor {
  const [n, c, h, w] = x.shape;
  const rows = graph.reshape(shifts(graph, dy, 'rows', 2), [n, c, 3, h * w]);
  const columns = graph.reshape(shifts(graph, x, 'columns', 2), [n, c, 3, h * w]);
  const each = graph.node('FusedMatMul', [rows, columns], [n, c, 3, 3], { transB: 1 }, { domain: MICROSOFT });
  return graph.reshape(graph.sum(each, [0]), [c, 1, 3, 3]);
}
