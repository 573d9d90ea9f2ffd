import { MICROSOFT, type Tensor } from '../onnx/graph.ts';
import type { Tape } from '../ops/tape.ts';
import { backwardFilter, forwardFilter } from './filters.ts';
import { blockedNode, toPixels, toPlanes } from './layout.ts';

const ONE = { kernel_shape: [1, 1] };

/** As `ops/pointwise.ts`, blocked. */
export function pointwise(tape: Tape, x: Tensor, weight: Tensor): Tensor {
  const { graph, block } = tape;
  const [n, ci, h, w] = x.shape;
  const co = weight.shape[0];
  const y = blockedNode(graph, 'Conv', [x, forwardFilter(graph, weight, block)], [n, co, h, w], ONE);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    tape.accumulate(x, blockedNode(graph, 'Conv', [dy, backwardFilter(graph, weight, block)], x.shape, ONE));
    const each = graph.node(
      'FusedMatMul',
      [
        graph.reshape(toPlanes(graph, dy), [n, co, h * w]),
        graph.reshape(toPixels(graph, x, block), [n, h * w, ci]),
      ],
      [n, co, ci],
      {},
      { domain: MICROSOFT },
    );
    tape.accumulate(weight, graph.reshape(graph.sum(each, [0]), weight.shape));
  });
  return y;
}
