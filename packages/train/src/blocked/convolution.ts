import type { Graph, Tensor } from '../onnx/graph.ts';
import type { Tape } from '../ops/tape.ts';
import { SAME } from '../ops/taps.ts';
import { correlation } from './correlation.ts';
import { backwardFilter, forwardFilter, turn } from './filters.ts';
import { blockedNode, toPixels, toPlanes } from './layout.ts';

const NEIGHBOURS = { stride: 1, padding: 1, taps: 3 } as const;

/** As `ops/convolution.ts`, blocked; an `x` of less than a block of channels (the network's input) is plain. */
export function convolution(tape: Tape, x: Tensor, weight: Tensor, needsInputGradient = true): Tensor {
  const { graph, block } = tape;
  const [n, , h, w] = x.shape;
  const filter = forwardFilter(graph, weight, block);
  const y = blockedNode(graph, 'Conv', [x, filter], [n, weight.shape[0], h, w], SAME);
  tape.record(() => {
    const dy = tape.gradientOf(y);
    if (needsInputGradient) {
      const turned = backwardFilter(graph, weight, block);
      tape.accumulate(x, blockedNode(graph, 'Conv', [dy, turned], x.shape, SAME));
    }
    tape.accumulate(weight, graph.reshape(weightGradient(graph, x, dy, block), weight.shape));
  });
  return y;
}

/** dW, `[co, ci, 9]`. */
function weightGradient(graph: Graph, x: Tensor, dy: Tensor, block: number): Tensor {
  if (x.shape[1] <= dy.shape[1]) {
    const taps = correlation(graph, toPlanes(graph, dy), toPixels(graph, x, block), NEIGHBOURS);
    return graph.transpose(taps, [0, 2, 1]);
  }
  // Seen from X, the pixel of dY that meets it lies the other way.
  const taps = correlation(graph, toPlanes(graph, x), toPixels(graph, dy, block), NEIGHBOURS);
  return graph.transpose(turn(graph, taps, 1), [2, 0, 1]);
}
