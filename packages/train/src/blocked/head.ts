import { MICROSOFT, type Tensor } from '../onnx/graph.ts';
import { channelSum } from '../ops/channels.ts';
import type { Tape } from '../ops/tape.ts';

/** As `ops/head.ts`, of a blocked map; the probability map of one channel is a plane. */
export function head(tape: Tape, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const { graph, block } = tape;
  const [n, c, h, w] = x.shape;
  const blocks = c / block;
  const product = (a: Tensor, b: Tensor, shape: number[]) =>
    graph.node('FusedMatMul', [a, b], shape, {}, { domain: MICROSOFT });
  const pixels = graph.reshape(x, [n, blocks, h * w, block]);
  const each = product(pixels, graph.reshape(weight, [blocks, block, 1]), [n, blocks, h * w, 1]);
  const sum = graph.reshape(graph.sum(each, [1]), [n, 1, h, w]);
  const probability = graph.unary('Sigmoid', graph.binary('Add', sum, bias));
  tape.record(() => {
    const rest = graph.binary('Sub', graph.scalar(1), probability);
    const slope = graph.binary('Mul', probability, rest);
    const dLogits = graph.binary('Mul', tape.gradientOf(probability), slope);
    tape.accumulate(bias, channelSum(graph, dLogits));
    const column = graph.reshape(dLogits, [n, 1, h * w, 1]);
    const dx = product(column, graph.reshape(weight, [blocks, 1, block]), [n, blocks, h * w, block]);
    tape.accumulate(x, graph.reshape(dx, x.shape));
    const sums = product(graph.reshape(dLogits, [n, 1, 1, h * w]), pixels, [n, blocks, 1, block]);
    tape.accumulate(weight, graph.reshape(graph.sum(sums, [0]), weight.shape));
  });
  return probability;
}
