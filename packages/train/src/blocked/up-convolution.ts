import type { Tensor } from '../onnx/graph.ts';
import type { Tape } from '../ops/tape.ts';
import { blockKernels } from './channels.ts';
import { correlation } from './correlation.ts';
import { forwardFilter } from './filters.ts';
import { blockedNode, interleave, toPixels, toPlanes } from './layout.ts';

const DOUBLE = { kernel_shape: [2, 2], strides: [2, 2] };
const WINDOW = { stride: 2, padding: 0, taps: 2 } as const;

/** As `ops/up-convolution.ts`, blocked. */
export function upConvolution(tape: Tape, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const { graph, block } = tape;
  const [n, ci, h, w] = x.shape;
  const co = weight.shape[1];
  // Windows do not overlap: a 1x1 convolution to four times the channels makes each window's pixels.
  const taps = graph.transpose(graph.reshape(weight, [ci, co, 4]), [2, 1, 0]);
  const filter = forwardFilter(graph, graph.reshape(taps, [4 * co, ci, 1, 1]), block);
  const biases = graph.node('Concat', [bias, bias, bias, bias], [4 * co], { axis: 0 });
  const one = { kernel_shape: [1, 1] };
  const quarters = blockedNode(graph, 'Conv', [x, filter, biases], [n, 4 * co, h, w], one);
  const y = interleave(graph, quarters, block);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    tape.accumulate(bias, blockKernels(graph, block).sum(dy));
    const down = forwardFilter(graph, weight, block);
    tape.accumulate(x, blockedNode(graph, 'Conv', [dy, down], x.shape, DOUBLE));
    const sums = correlation(graph, toPlanes(graph, x), toPixels(graph, dy, block), WINDOW);
    tape.accumulate(weight, graph.reshape(graph.transpose(sums, [0, 2, 1]), weight.shape));
  });
  return y;
}
