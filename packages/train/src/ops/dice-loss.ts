import type { Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';

// Keeps an image without a target and without a prediction finite; far below one pixel.
const SMALLEST = 1e-6;

/**
 * Mean over the batch of 1 - Dice, Dice = 2 sum(g p) / (sum g^2 + sum p^2): the paper's loss (III-C).
 *
 * @param probability - `[n, 1, h, w]`
 * @param target - `[n, 1, h, w]`, 0 or 1
 * @returns the loss (a scalar) and each image's Dice `[n, 1, 1, 1]`
 */
export function diceLoss(tape: Tape, probability: Tensor, target: Tensor): { loss: Tensor; dice: Tensor } {
  const { graph } = tape;
  const n = probability.shape[0];
  const perImage = [n, 1, 1, 1];
  const sum = (x: Tensor) =>
    graph.node('ReduceSum', [x, graph.integers([1, 2, 3])], perImage, { keepdims: 1 });
  const overlap = sum(graph.binary('Mul', probability, target));
  const squares = graph.binary(
    'Add',
    sum(graph.binary('Mul', target, target)),
    sum(graph.binary('Mul', probability, probability)),
  );
  const total = graph.binary('Add', squares, graph.scalar(SMALLEST));
  const dice = graph.binary('Div', graph.binary('Mul', overlap, graph.scalar(2)), total);
  const each = graph.binary('Sub', graph.scalar(1), dice);
  const loss = graph.node('ReduceMean', [each], [], { keepdims: 0 });
  tape.record(() => {
    // d(1 - Dice)/dp = -2 (g - Dice p) / total
    const towards = graph.binary('Sub', target, graph.binary('Mul', dice, probability));
    const weight = graph.binary('Div', graph.scalar(-2 / n), total);
    tape.accumulate(probability, graph.binary('Mul', weight, towards));
  });
  return { loss, dice };
}
