import type { Tensor } from '../onnx/graph.ts';
import type { Tape } from '../ops/tape.ts';
import { SAME } from '../ops/taps.ts';
import { depthwiseFilter } from './filters.ts';
import { blockedNode } from './layout.ts';

/** As `ops/depthwise.ts`, blocked. */
export function depthwise(tape: Tape, x: Tensor, weight: Tensor): Tensor {
  const { graph, block } = tape;
  const [n, c, h, w] = x.shape;
  const same = { ...SAME, group: c };
  const y = blockedNode(graph, 'Conv', [x, depthwiseFilter(graph, weight, block)], x.shape, same);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    const turned = depthwiseFilter(graph, weight, block, true);
    tape.accumulate(x, blockedNode(graph, 'Conv', [dy, turned], x.shape, same));
    // A depthwise convolution of x with dY as its kernel; images are channels to it.
    const each = blockedNode(
      graph,
      'Conv',
      [graph.reshape(x, [1, n * c, h, w]), graph.reshape(dy, [n * c, 1, h, w])],
      [1, n * c, 3, 3],
      { kernel_shape: [h, w], pads: [1, 1, 1, 1], group: n * c },
    );
    const taps = graph.sum(graph.reshape(each, [n, c / block, 9, block]), [0]);
    tape.accumulate(weight, graph.reshape(graph.transpose(taps, [0, 2, 1]), weight.shape));
  });
  return y;
}
