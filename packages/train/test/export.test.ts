import { describe, expect, it } from 'vitest';
import { exportModel, initialWeights, unet } from '../src/index.ts';
import { run, torchCases } from './support.ts';

describe('exportModel', () => {
  it('folds batch norm away without changing the answer', async () => {
    // With the batch's own statistics as running ones, the folded network must answer what PyTorch's
    // training mode answered on that batch.
    const c = torchCases()[0];
    const { parameters, means, variances, x, probability } = c.arrays;
    const model = exportModel(unet(c), { parameters, means, variances });
    const out = await run(model, { input: { data: x, shape: [c.batch, 3, ...c.size] } });
    const worst = probability.reduce((most, p, i) => Math.max(most, Math.abs(p - out.probability[i])), 0);
    expect(worst).toBeLessThan(1e-5);
  });

  it('takes any size that the levels divide, in any batch', async () => {
    const net = unet({ width: 2, levels: 3 });
    const model = exportModel(
      net,
      initialWeights(net, () => 0.37),
    );
    for (const [n, h, w] of [
      [1, 8, 8],
      [2, 16, 40],
    ]) {
      const out = await run(model, { input: { data: new Float32Array(n * 3 * h * w), shape: [n, 3, h, w] } });
      expect(out.probability).toHaveLength(n * h * w);
    }
  });

  it("has as many parameters as PyTorch's network of the same width", () => {
    // The golden networks are torch exports of Fig. 2 with 122,461 parameters at width 4 and 30,935 at width 2;
    // each of their convolutions has a bias that the batch norm behind it cancels, and that ours does without.
    for (const [width, torch] of [
      [4, 122461],
      [2, 30935],
    ]) {
      const { parameterCount, channelCount } = unet({ width }).layout;
      expect(parameterCount + channelCount).toBe(torch);
    }
  });

  it('refuses weights of another network, and those that are no numbers, by name', () => {
    const [narrow, wide] = [4, 8].map((width) => unet({ width, levels: 2 }));
    const weights = () => initialWeights(narrow, () => 0.5);
    expect(() => exportModel(wide, weights())).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: expect.stringMatching(/weights has \d+ parameters/),
      }),
    );
    expect(() => exportModel(narrow, { ...weights(), means: new Float32Array(1) })).toThrow(
      /has 1 means, the network/,
    );
    const lost = weights();
    const { offset, size } = narrow.layout.parameters.find(({ name }) => name === 'up.0.weight')!;
    lost.parameters[offset + size - 1] = Number.NaN;
    expect(() => exportModel(narrow, lost)).toThrow(
      expect.objectContaining({
        code: 'not-finite',
        message: expect.stringContaining('up.0.weight holds NaN'),
      }),
    );
    const spread = weights();
    spread.variances[narrow.layout.norms[1].offset] = -1;
    expect(() => exportModel(narrow, spread)).toThrow(
      `running variance of ${narrow.layout.norms[1].name} holds -1`,
    );
  });

  it('carries its metadata in the file', () => {
    const net = unet({ width: 1, levels: 1 });
    const bytes = exportModel(
      net,
      initialWeights(net, () => 0.5),
      { clickseg: '{"spacing":1.5}' },
    );
    expect(new TextDecoder('latin1').decode(bytes)).toContain('{"spacing":1.5}');
  });
});
