import type { Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';

const HALVE = { kernel_shape: [2, 2], strides: [2, 2] };

/** 2x2 max-pooling of stride 2, `[n, c, h, w]` to `[n, c, h/2, w/2]`; the gradient goes to the first maximum. */
export function maxPool(tape: Tape, x: Tensor): Tensor {
  const { graph } = tape;
  const [n, c, h, w] = x.shape;
  const half = [n, c, h / 2, w / 2];
  const [y, where] = graph.multi('MaxPool', [x], [half, half], HALVE);
  tape.record(() => {
    const back = [tape.gradientOf(y), where, graph.integers(x.shape)];
    tape.accumulate(x, graph.node('MaxUnpool', back, x.shape, HALVE));
  });
  return y;
}
