import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { blockedNode, toPlanes } from '../src/blocked/layout.ts';
import { BLOCKED_OPERATORS } from '../src/blocked/operators.ts';
import { channelBlock } from '../src/index.ts';
import { PLANE_OPERATORS } from '../src/ops/operators.ts';
import { Tape } from '../src/ops/tape.ts';
import { run, worst } from './support.ts';

const block = await channelBlock(ort);
const forms = [['plain', 1] as const, ...(block > 1 ? [['blocked', block] as const] : [])];
const shape = [2, 32, 6, 4];
const half = [2, 32, 3, 2];

// Whole numbers from 0 to 3, so that most windows have their maximum twice: a CT's background, clipped to one value,
// makes such windows by the thousand.
let seed = 1;
const draw = (most: number) => (seed = (seed * 16807) % 2147483647) % most;
const x = Float32Array.from({ length: 2 * 32 * 24 }, () => draw(4));
const dy = Float32Array.from({ length: 2 * 32 * 6 }, () => draw(1000) - 500);

/** PyTorch's rule: the first of the largest, row by row, has the gradient. */
function byHand(): Float32Array {
  const dx = new Float32Array(x.length);
  for (let plane = 0; plane < 64; plane++) {
    for (let window = 0; window < 6; window++) {
      const corner = plane * 24 + 8 * (window >> 1) + 2 * (window % 2);
      const pixels = [corner, corner + 1, corner + 4, corner + 5];
      const largest = Math.max(...pixels.map((p) => x[p]));
      dx[pixels.find((p) => x[p] === largest)!] = dy[plane * 6 + window];
    }
  }
  return dx;
}

describe.each(forms)('the gradient of max-pooling, %s', (_name, size) => {
  it('goes to the first of equal maxima', async () => {
    const tape = new Tape(size);
    const { graph } = tape;
    const arrange = (name: string, of: number[]) => {
      const plain = graph.input(name, of);
      return size > 1 ? blockedNode(graph, 'ReorderInput', [plain], of) : plain;
    };
    const input = arrange('x', shape);
    const y = (size > 1 ? BLOCKED_OPERATORS : PLANE_OPERATORS).maxPool(tape, input);
    tape.accumulate(y, arrange('dy', half));
    tape.backward();
    const dx = tape.gradientOf(input);
    graph.output(size > 1 ? toPlanes(graph, dx) : dx, 'dx');
    const out = await run(graph.toModel({ name: 'pool' }), {
      x: { data: x, shape },
      dy: { data: dy, shape: half },
    });
    expect(worst(out.dx, byHand())).toBe(0);
  });
});
