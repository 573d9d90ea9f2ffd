import type { Graph, Tensor } from '../onnx/graph.ts';
import { heaviside } from '../ops/channels.ts';
import type { Tape } from '../ops/tape.ts';
import { blockedNode, interleave } from './layout.ts';

const HALVE = { kernel_shape: [2, 2], strides: [2, 2] };

/**
 * As `ops/max-pool.ts`, blocked, where no operator tells which pixel was the largest: the gradient is offered to a window's
 * pixels in turn, and the first that equals the maximum keeps it.
 */
export function maxPool(tape: Tape, x: Tensor): Tensor {
  const { graph, block } = tape;
  const [n, c, h, w] = x.shape;
  const y = blockedNode(graph, 'MaxPool', [x], [n, c, h / 2, w / 2], HALVE);
  tape.record(() => {
    let rest = tape.gradientOf(y);
    const kept: Tensor[] = [];
    for (const place of [0, 1, 2]) {
      const below = graph.binary('Sub', y, pixelOf(graph, x, place, block));
      const passedOn = graph.binary('Mul', rest, heaviside(graph, below));
      kept.push(graph.binary('Sub', rest, passedOn));
      rest = passedOn;
    }
    const quarters = graph.node('Concat', [...kept, rest], [n, 4 * c, h / 2, w / 2], { axis: 1 });
    tape.accumulate(x, interleave(graph, quarters, block));
  });
  return y;
}

/** One pixel of every 2x2 window, `[n, c, h / 2, w / 2]`: a depthwise convolution, as slices of steps run on one core. */
function pixelOf(graph: Graph, x: Tensor, place: number, block: number): Tensor {
  const [n, c, h, w] = x.shape;
  const filter = Array.from({ length: 4 * c }, (_, i) => (Math.floor(i / block) % 4 === place ? 1 : 0));
  const inputs = [x, graph.reshape(graph.vector(filter), [c, 1, 2, 2])];
  return blockedNode(graph, 'Conv', inputs, [n, c, h / 2, w / 2], { ...HALVE, group: c });
}
