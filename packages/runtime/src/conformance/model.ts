import { MODEL_METADATA_KEY, type ModelMetadataInput } from '../metadata.ts';
import { field, join, node, value, weights } from '../onnx/write-model.ts';

/** What {@link conformanceModel} says about itself. */
export const CONFORMANCE_METADATA = {
  name: 'clickseg-conformance',
  version: '1',
  spacing: 1,
  maxSize: 64,
  threshold: 0.5,
} as const satisfies ModelMetadataInput;

/**
 * The network of the suite: a U-Net of one level and some 500 weights from a seed, as ONNX of 3 kB. Input
 * `input` `[1, 3, h, w]`, outputs `probability` and `logits`, both `[1, 1, h, w]`; h and w even.
 *
 * Written here and not read from a file, so that the suite runs wherever JavaScript does. A model server
 * must be given these bytes.
 */
export function conformanceModel(): Uint8Array {
  const random = uniform(4242);
  const draw = (shape: readonly number[], scale: number) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (random() - 0.5) * scale);
  const first = draw([4, 3, 3, 3], 0.5);
  // Two of the four features follow the clicks, so that clicks and not chance decide the outline.
  for (let k = 0; k < 9; k++) {
    first[9 + k] += 0.35;
    first[27 + 18 + k] += 0.35;
  }
  const last = draw([1, 8, 3, 3], 0.5);
  for (let k = 0; k < 9; k++) {
    last[k] += 0.3;
    last[9 + k] -= 0.3;
  }
  const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const half = { kernel_shape: [2, 2], strides: [2, 2] };
  const tensors: [string, number[], ArrayLike<number>][] = [
    ['w1', [4, 3, 3, 3], first],
    ['b1', [4], draw([4], 0.2)],
    ['w2', [4, 4, 3, 3], draw([4, 4, 3, 3], 0.8)],
    ['b2', [4], draw([4], 0.2)],
    ['w3', [4, 4, 2, 2], draw([4, 4, 2, 2], 1)],
    ['w4', [1, 8, 3, 3], last],
    ['b4', [1], [-0.25]],
  ];
  const graph = join([
    field(1, node('Conv', ['input', 'w1', 'b1'], 'c1', same)),
    field(1, node('Relu', ['c1'], 'skip')),
    field(1, node('MaxPool', ['skip'], 'down', half)),
    field(1, node('Conv', ['down', 'w2', 'b2'], 'c2', same)),
    field(1, node('Relu', ['c2'], 'deep')),
    field(1, node('ConvTranspose', ['deep', 'w3'], 'up', half)),
    field(1, node('Concat', ['skip', 'up'], 'both', { axis: 1 })),
    field(1, node('Conv', ['both', 'w4', 'b4'], 'logits', same)),
    field(1, node('Sigmoid', ['logits'], 'probability')),
    field(2, CONFORMANCE_METADATA.name),
    ...tensors.map(([name, shape, values]) => field(5, weights(name, shape, values))),
    field(11, value('input', [1, 3, 'height', 'width'])),
    field(12, value('probability', [1, 1, 'height', 'width'])),
    field(12, value('logits', [1, 1, 'height', 'width'])),
  ]);
  const property = join([field(1, MODEL_METADATA_KEY), field(2, JSON.stringify(CONFORMANCE_METADATA))]);
  return join([
    field(1, 8),
    field(8, join([field(1, ''), field(2, 13)])),
    field(7, graph),
    field(14, property),
  ]);
}

// Mulberry32: whole numbers only, so the weights are the same bits on every machine.
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
