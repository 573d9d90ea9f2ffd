import { type Graph, MICROSOFT, type Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';
import { SAME, shifts, turned } from './taps.ts';

/**
 * 3x3 convolution with zero padding, stride 1, no bias (batch norm follows).
 *
 * @param x - `[n, ci, h, w]`
 * @param weight - `[co, ci, 3, 3]`
 * @param needsInputGradient - false for the network's input, which saves its most expensive gradient
 * @returns `[n, co, h, w]`
 */
export function convolution(tape: Tape, x: Tensor, weight: Tensor, needsInputGradient = true): Tensor {
  const [n, , h, w] = x.shape;
  const y = tape.graph.node('Conv', [x, weight], [n, weight.shape[0], h, w], SAME);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    if (needsInputGradient) tape.accumulate(x, inputGradient(tape.graph, dy, weight));
    tape.accumulate(weight, weightGradient(tape.graph, x, dy));
  });
  return y;
}

/** dX is dY convolved with the weights flipped in both directions, input and output channels swapped. */
function inputGradient(graph: Graph, dy: Tensor, weight: Tensor): Tensor {
  const swapped = graph.transpose(turned(graph, weight), [1, 0, 2, 3]);
  const [n, , h, w] = dy.shape;
  return graph.node('Conv', [dy, swapped], [n, weight.shape[1], h, w], SAME);
}

// Below this many pixels a plane the product of one image is too small to fill the cores' GEMM, so the
// batch is folded into the inner dimension, which costs one transpose of x and dy. Measured.
const FOLD_BELOW = 256;

/**
 * dW[o, i, a, b] = sum over n, y, x of dY[n, o, y, x] X[n, i, y + a - 1, x + b - 1]: one matrix product of
 * three row-shifts of dY with three column-shifts of X, instead of nine shifts of either.
 */
function weightGradient(graph: Graph, x: Tensor, dy: Tensor): Tensor {
  const [n, ci, h, w] = x.shape;
  const co = dy.shape[1];
  let product: Tensor;
  if (h * w >= FOLD_BELOW) {
    const rows = graph.reshape(shifts(graph, dy, 'rows', 1), [n, 3 * co, h * w]);
    const columns = graph.reshape(shifts(graph, x, 'columns', 1), [n, 3 * ci, h * w]);
    const each = graph.node(
      'FusedMatMul',
      [rows, columns],
      [n, 3 * co, 3 * ci],
      { transB: 1 },
      { domain: MICROSOFT },
    );
    product = graph.sum(each, [0]);
  } else {
    const rows = shifts(graph, graph.transpose(dy, [1, 0, 2, 3]), 'rows', 0);
    const columns = shifts(graph, graph.transpose(x, [1, 0, 2, 3]), 'columns', 0);
    product = graph.node(
      'Gemm',
      [graph.reshape(rows, [3 * co, n * h * w]), graph.reshape(columns, [3 * ci, n * h * w])],
      [3 * co, 3 * ci],
      { transB: 1 },
    );
  }
  return graph.transpose(graph.reshape(product, [3, co, 3, ci]), [1, 3, 0, 2]);
}
