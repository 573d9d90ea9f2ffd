import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { adamFactors, channelBlock, exportModel, trainStep, unet } from '../src/index.ts';
import { arrangements, feeds, run, torchCases, worst } from './support.ts';

const cases = arrangements(torchCases('variants.json'), await channelBlock(ort));

describe.each(cases)('a training step against PyTorch, %s', (_name, c) => {
  const { variant } = c;
  const net = unet(c);

  it('has the same forward pass, loss and batch means', async () => {
    const out = await run(trainStep(net, { ...c, update: 'gradient' }), feeds(c));
    expect(out.loss[0]).toBeCloseTo(c.loss, 6);
    expect(worst(out.probability, c.arrays.probability)).toBeLessThan(1e-5);
    expect(worst(out.dice, c.arrays.dice)).toBeLessThan(1e-6);
    expect(worst(out.means, c.arrays.means)).toBeLessThan(5e-5);
  });

  it('has the same gradient for every kind of parameter', async () => {
    const { gradient } = await run(trainStep(net, { ...c, update: 'gradient' }), feeds(c));
    const wrong: Record<string, number> = {};
    for (const { kind, shape, offset, size } of net.layout.parameters) {
      const part = (of: Float32Array) => of.subarray(offset, offset + size);
      const key = kind === 'convolution' ? `convolution ${shape[2]}x${shape[3]}` : kind;
      wrong[key] = Math.max(wrong[key] ?? 0, worst(part(gradient), part(c.arrays.gradient)));
    }
    const kinds = ['beta', 'bias', 'convolution 3x3', 'gamma', 'head', 'up-convolution'];
    expect(Object.keys(wrong).sort()).toEqual(
      (variant === 'separable' ? [...kinds, 'convolution 1x1', 'depthwise'] : kinds).sort(),
    );
    for (const [kind, error] of Object.entries(wrong)) expect(error, kind).toBeLessThan(5e-5);
  });

  it('loses the same in five Adam steps', async () => {
    const session = await ort.InferenceSession.create(trainStep(net, c), { logSeverityLevel: 3 });
    const n = net.layout.parameterCount;
    const tensor = (data: Float32Array, shape: number[]) => new ort.Tensor('float32', data, shape);
    const [h, w] = c.size;
    let [p, m, v]: Float32Array[] = [c.arrays.parameters, new Float32Array(n), new Float32Array(n)];
    for (let step = 1; step <= 5; step++) {
      const { rate, correction } = adamFactors(c.adam.rate, step);
      const out = await session.run({
        x: tensor(c.arrays.x, [c.batch, net.inputChannels, h, w]),
        target: tensor(c.arrays.target, [c.batch, 1, h, w]),
        parameters: tensor(p, [n]),
        m: tensor(m, [n]),
        v: tensor(v, [n]),
        rate: new ort.Tensor('float32', [rate], []),
        correction: new ort.Tensor('float32', [correction], []),
      });
      const loss = (out.loss.data as Float32Array)[0];
      expect(Math.abs(loss - c.adam.losses[step - 1])).toBeLessThan(1e-5);
      [p, m, v] = [out.new_parameters, out.new_m, out.new_v].map((t) => t.data as Float32Array);
    }
    await session.release();
  });

  it('answers the same when exported, batch norms folded away', async () => {
    const { parameters, means, x, probability } = c.arrays;
    const { variances } = await run(trainStep(net, { ...c, update: 'gradient' }), feeds(c));
    const model = exportModel(net, { parameters, means, variances });
    const out = await run(model, { input: { data: x, shape: [c.batch, net.inputChannels, ...c.size] } });
    expect(worst(out.probability, probability)).toBeLessThan(1e-5);
  });
});

describe('an unknown variant', () => {
  it('is refused by name', () => {
    // @ts-expect-error: what JavaScript lets through
    expect(() => unet({ variant: 'early' })).toThrow(/variant 'early' is none of fig2, separable, late/);
  });
});
