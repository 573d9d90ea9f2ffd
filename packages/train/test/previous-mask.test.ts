import { seededRandom } from '@clickseg/simulate';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  addPreviousMask,
  exportModel,
  halfWeights,
  importWeights,
  initialWeights,
  quantize,
  readsPreviousMask,
  type TrainingSet,
  typicalInputs,
  type UnetOptions,
  unet,
} from '../src/index.ts';
import { clickBatch } from '../src/training/clicks.ts';
import { run, worst } from './support.ts';

const SIZE = 16;
const PLANE = SIZE * SIZE;

/** Noise whose first pixel tells an image apart, each with a square of 8 x 8 to find. */
const set: TrainingSet = {
  shape: [SIZE, SIZE],
  draw: (random) => ({
    image: Float32Array.from({ length: PLANE }, () => 2 * random() - 1),
    target: Uint8Array.from({ length: PLANE }, (_, i) => (i % SIZE < 8 && i < PLANE / 2 ? 1 : 0)),
  }),
};

/** A network as after a training: no norm is the identity, no bias 0. */
function trained(options: UnetOptions) {
  const random = seededRandom(1);
  const net = unet(options);
  const weights = initialWeights(net, random);
  for (const array of Object.values(weights) as Float32Array[]) {
    for (let i = 0; i < array.length; i++) array[i] += 0.2 * (random() - 0.5);
  }
  return { net, weights };
}

const variants = ['fig2', 'separable', 'late'] as const;

describe('addPreviousMask', () => {
  it.each(variants)("has a '%s' network answer as before, whatever the mask", async (variant) => {
    const before = trained({ width: 4, levels: 2, variant });
    const after = addPreviousMask(before);
    expect(after.net).toMatchObject({ width: 4, levels: 2, variant, previousMask: true, inputChannels: 4 });
    const image = set.draw(seededRandom(2)).image;
    const three = Float32Array.from([...image, ...image, ...image]);
    const old = exportModel(before.net, before.weights);
    const expected = await run(old, { input: { data: three, shape: [1, 3, SIZE, SIZE] } });
    // An answer that is the same everywhere would be so with any weights.
    expect(Math.max(...expected.probability) - Math.min(...expected.probability)).toBeGreaterThan(0.1);
    const model = exportModel(after.net, after.weights);
    for (const mask of [image.map(() => 0), image.map(() => 1), image.map((v) => (v > 0 ? 1 : 0))]) {
      const data = Float32Array.from([...three, ...mask]);
      const { probability } = await run(model, { input: { data, shape: [1, 4, SIZE, SIZE] } });
      expect(worst(probability, expected.probability)).toBeLessThan(1e-6);
    }
  });

  it('leaves a network that reads the mask as it is', () => {
    const { net, weights } = trained({ width: 4, levels: 2, previousMask: true });
    expect(addPreviousMask({ net, weights })).toEqual({ net, weights });
  });
});

describe('readsPreviousMask', () => {
  it.each(variants)("tells whether a '%s' network does, in every form of its file", async (variant) => {
    for (const previousMask of [false, true]) {
      const { net, weights } = trained({ width: 8, levels: 1, variant, previousMask });
      const model = exportModel(net, weights);
      const inputs = await typicalInputs(set, model, { ort, batches: 1, batch: 2 });
      for (const form of [model, halfWeights(model), await quantize(model, { ort, inputs })])
        expect(readsPreviousMask(form)).toBe(previousMask);
    }
  });

  it('refuses bytes that are no model', () => {
    expect(() => readsPreviousMask(new Uint8Array(9))).toThrow(
      expect.objectContaining({ code: 'invalid-model' }),
    );
  });
});

describe('clicks for a network that reads the previous mask', () => {
  it('show it, before each click, the answer on which the one before was chosen', async () => {
    const random = seededRandom(3);
    const samples = Array.from({ length: 8 }, () => set.draw(random));
    const answers = seededRandom(4);
    /** By an image's first pixel: the last answer that was wrong, and so was clicked. */
    const newest = new Map<number, Uint8Array>();
    let [seen, right] = [0, 0];
    const predict = async (input: Float32Array, n: number) => {
      const probability = new Float32Array(n * PLANE);
      for (let i = 0; i < n; i++) {
        const four = input.subarray(4 * i * PLANE, 4 * (i + 1) * PLANE);
        const mask = newest.get(four[0]);
        expect([...four.subarray(3 * PLANE)]).toEqual([...(mask ?? new Uint8Array(PLANE))]);
        if (mask) seen++;
        const { target } = samples.find(({ image }) => image[0] === four[0])!;
        const isRight = answers() < 0.3;
        if (isRight) right++;
        const answer = Uint8Array.from(target, (v) => (isRight ? v : answers() < 0.5 ? 1 : 0));
        if (!isRight) newest.set(four[0], answer);
        // Of probabilities, 0.5 is the first that is in the mask.
        for (const [k, v] of answer.entries()) probability[i * PLANE + k] = v === 1 ? 0.5 : 0.49;
      }
      return probability;
    };
    const how = { interactions: 6, reading: 'independent', strategy: 'sakinis', sigma: 2 } as const;
    const { clicks, previous } = await clickBatch(samples, set.shape, predict, {
      ...how,
      previousMask: true,
      random,
    });
    expect(Math.min(seen, right)).toBeGreaterThan(4);
    for (const [i, { image }] of samples.entries()) {
      expect(previous![i]).toEqual(newest.get(image[0]));
      expect(previous![i] === undefined).toBe(clicks[i].length === 1);
    }
  });
});

describe('typicalInputs', () => {
  it('hold the masks of a model that reads them, for importWeights and quantize', async () => {
    const { net, weights } = trained({ width: 8, levels: 1, previousMask: true });
    const model = exportModel(net, weights);
    const inputs = await typicalInputs(set, model, { ort, batches: 2, batch: 4 });
    const masks: number[] = [];
    for (const { data, shape } of inputs) {
      expect(shape).toEqual([4, 4, SIZE, SIZE]);
      for (let i = 0; i < 4; i++) masks.push(...data.subarray((4 * i + 3) * PLANE, 4 * (i + 1) * PLANE));
    }
    expect(new Set(masks)).toEqual(new Set([0, 1]));

    const again = exportModel(net, await importWeights(net, model, { ort, inputs }));
    const [input] = inputs;
    const [before, after] = [await run(model, { input }), await run(again, { input })];
    expect(worst(after.probability, before.probability)).toBeLessThan(2e-5);
  });
});
