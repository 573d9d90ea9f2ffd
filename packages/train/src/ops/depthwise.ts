import { type Graph, MICROSOFT, type Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';

/**
 * Depthwise 3x3 convolution with zero padding, stride 1, no bias: every channel has a kernel of its own.
 *
 * @param x - `[n, c, h, w]`
 * @param weight - `[c, 1, 3, 3]`
 * @returns `[n, c, h, w]`
 */
export function depthwise(tape: Tape, x: Tensor, weight: Tensor): Tensor {
  const { graph } = tape;
  const c = x.shape[1];
  const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: c };
  const y = graph.node('Conv', [x, weight], x.shape, same);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    const turned = graph.node(
      'Gather',
      [graph.reshape(weight, [c, 1, 9]), graph.integers([8, 7, 6, 5, 4, 3, 2, 1, 0])],
      [c, 1, 9],
      { axis: 2 },
    );
    tape.accumulate(x, graph.node('Conv', [dy, graph.reshape(turned, [c, 1, 3, 3])], x.shape, same));
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
  const shifted = (t: Tensor, pads: (step: number) => number[]) => {
    const moved = [-1, 0, 1].map((step) =>
      step === 0 ? t : graph.node('Pad', [t, graph.integers(pads(step))], t.shape),
    );
    return graph.reshape(graph.node('Concat', moved, [n, c, 3 * h, w], { axis: 2 }), [n, c, 3, h * w]);
  };
  const rows = shifted(dy, (step) => [0, 0, step, 0, 0, 0, -step, 0]);
  const columns = shifted(x, (step) => [0, 0, 0, -step, 0, 0, 0, step]);
  const each = graph.node('FusedMatMul', [rows, columns], [n, c, 3, 3], { transB: 1 }, { domain: MICROSOFT });
  return graph.reshape(graph.sum(each, [0]), [c, 1, 3, 3]);
}
