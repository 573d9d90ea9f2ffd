import type { Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';

/** Joins two maps by channel, `[n, a, h, w]` and `[n, b, h, w]` to `[n, a + b, h, w]`: the skip connection. */
export function join(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const { graph } = tape;
  const [n, ca, h, w] = a.shape;
  const cb = b.shape[1];
  const y = graph.node('Concat', [a, b], [n, ca + cb, h, w], { axis: 1 });
  tape.record(() => {
    const inputs = [tape.gradientOf(y), graph.integers([ca, cb])];
    const [da, db] = graph.multi('Split', inputs, [a.shape, b.shape], { axis: 1 });
    tape.accumulate(a, da);
    tape.accumulate(b, db);
  });
  return y;
}
