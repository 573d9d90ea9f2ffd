import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { initialWeights, TRAIN_PRESETS, trainStep, unet } from '../src/index.ts';
import { trainingNetwork } from '../src/training/network.ts';
import { run } from './support.ts';

describe.each([false, true])('a batch in parts, previous mask: %s', (previousMask) => {
  let seed = 5;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const net = unet({ width: 2, levels: 1, previousMask });
  const channels = net.inputChannels;
  const weights = initialWeights(net, random);
  const n = net.layout.parameterCount;
  const fresh = { ...weights, m: new Float32Array(n), v: new Float32Array(n) };
  const shape = [8, 8] as const;
  const one = Float32Array.from({ length: channels * 64 }, () => random() - 0.5);
  const other = Float32Array.from({ length: channels * 64 }, () => random() - 0.5);
  const target = Float32Array.from({ length: 64 }, (_, i) => (i % 8 > 3 ? 1 : 0));
  const both = (a: Float32Array, b: Float32Array) => Float32Array.from([...a, ...b]);

  async function stepOf(microBatch: number, input: Float32Array, batch = 2) {
    const network = await trainingNetwork(net, ort, { batch, microBatch, shape, threads: 1 });
    const targets = Float32Array.from({ length: 64 * batch }, (_, i) => target[i % 64]);
    try {
      return await network.step(fresh, input, targets, 1, 1e-2);
    } finally {
      await network.dispose();
    }
  }

  it('steps as the whole batch does where every part has the same statistics', async () => {
    // Two copies of an image: a batch's mean, variance, loss and gradient are those of one.
    const whole = await stepOf(2, both(one, one));
    const parts = await stepOf(1, both(one, one));
    expect(parts.loss).toBeCloseTo(whole.loss, 6);
    expect(parts.dice).toHaveLength(2);
    for (let i = 0; i < n; i++) {
      expect(Math.abs(parts.state.m[i] - whole.state.m[i])).toBeLessThan(1e-6);
    }
    // The running means move once a part: 1 - 0.9^2 of the way instead of 0.1.
    const moved = whole.state.means.map((v, i) => (v - weights.means[i]) * 1.9);
    moved.forEach((v, i) => {
      expect(parts.state.means[i] - weights.means[i]).toBeCloseTo(v, 5);
    });
  });

  it("averages the parts' gradients and losses, in the images' order", async () => {
    const model = trainStep(net, { batch: 1, size: [8, 8], update: 'gradient' });
    const alone = (x: Float32Array) =>
      run(model, {
        x: { data: x, shape: [1, channels, 8, 8] },
        target: { data: target, shape: [1, 1, 8, 8] },
        parameters: { data: weights.parameters, shape: [n] },
      });
    const [a, b] = [await alone(one), await alone(other)];
    const { state, loss, dice, probability } = await stepOf(1, both(one, other));
    expect(loss).toBeCloseTo((a.loss[0] + b.loss[0]) / 2, 6);
    expect([...dice]).toEqual([a.dice[0], b.dice[0]]);
    expect(probability).toEqual(both(a.probability, b.probability));
    // Adam's first moment after one step is a tenth of the gradient.
    state.m.forEach((m, i) => {
      expect(m).toBeCloseTo(0.05 * (a.gradient[i] + b.gradient[i]), 6);
    });
  });

  it('predicts the same in parts', async () => {
    const inputs = both(one, other);
    const maps: Float32Array[] = [];
    for (const microBatch of [1, 2]) {
      const network = await trainingNetwork(net, ort, { batch: 2, microBatch, shape, threads: 1 });
      maps.push(await network.predicting(weights, (predict) => predict(inputs, 2)));
      await network.dispose();
    }
    expect(maps[0]).toHaveLength(128);
    maps[0].forEach((p, i) => {
      expect(p).toBeCloseTo(maps[1][i], 6);
    });
  });

  it('refuses a part that does not divide the batch', async () => {
    await expect(stepOf(2, both(one, other), 3)).rejects.toThrow(
      /microBatch 2 does not divide the batch of 3/,
    );
  });
});

describe("the preset 'paper'", () => {
  it("is the paper's Table I and section III-C", () => {
    const { spacing, set, train } = TRAIN_PRESETS.paper;
    expect(spacing).toBe(1);
    expect(set).toMatchObject({ shape: [512, 512], synthetic: 0 });
    expect(set.augmentation).toMatchObject({ flip: false, rotation: 0, zoom: 1, shift: 0, contrast: 1 });
    expect(train).toMatchObject({
      batch: 16,
      learningRate: 1e-4,
      schedule: 'fixed',
      seed: 4242,
      strategy: 'sakinis',
      sigma: 2,
      average: 0,
    });
    // Its network has no such channel, and runs of it are known by their settings.
    expect(train).not.toHaveProperty('previousMaskDrop');
  });
});
