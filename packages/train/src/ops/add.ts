import type { Tensor } from '../onnx/graph.ts';
import type { Tape } from './tape.ts';

/** Adds maps of one shape, `[n, c, h, w]`; each gets the whole gradient. */
export function add(tape: Tape, maps: readonly Tensor[]): Tensor {
  const sum = maps.reduce((a, b) => tape.graph.binary('Add', a, b));
  tape.record(() => {
    const dy = tape.gradientOf(sum);
    for (const map of maps) tape.accumulate(map, dy);
  });
  return sum;
}
