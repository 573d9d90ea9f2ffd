import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { adamFactors, channelBlock, trainStep, unet } from '../src/index.ts';
import { arrangements, feeds, run, torchCases, worst } from './support.ts';

const cases = torchCases().map((c) => [`width ${c.width}, levels ${c.levels}`, c] as const);
const arranged = arrangements(torchCases(), await channelBlock(ort));

describe.each(arranged)('a training step against PyTorch, %s', (_name, c) => {
  const net = unet(c);

  it('has the same forward pass, loss and batch statistics', async () => {
    const out = await run(trainStep(net, { ...c, update: 'gradient' }), feeds(c));
    expect(out.loss[0]).toBeCloseTo(c.loss, 6);
    expect(worst(out.probability, c.arrays.probability)).toBeLessThan(1e-5);
    expect(worst(out.dice, c.arrays.dice)).toBeLessThan(1e-6);
    expect(worst(out.means, c.arrays.means)).toBeLessThan(5e-5);
    expect(worst(out.variances, c.arrays.variances)).toBeLessThan(5e-5);
  });

  it('has the same gradient for every kind of parameter', async () => {
    const { gradient } = await run(trainStep(net, { ...c, update: 'gradient' }), feeds(c));
    const wrong: Record<string, number> = {};
    for (const { kind, offset, size } of net.layout.parameters) {
      const error = worst(
        gradient.subarray(offset, offset + size),
        c.arrays.gradient.subarray(offset, offset + size),
      );
      wrong[kind] = Math.max(wrong[kind] ?? 0, error);
    }
    expect(Object.keys(wrong).sort()).toEqual([
      'beta',
      'bias',
      'convolution',
      'gamma',
      'head',
      'up-convolution',
    ]);
    for (const [kind, error] of Object.entries(wrong)) expect(error, kind).toBeLessThan(5e-5);
  });

  it('loses the same in five Adam steps', async () => {
    const session = await ort.InferenceSession.create(trainStep(net, c), {
      logSeverityLevel: 3,
      intraOpNumThreads: 1,
    });
    const [h, w] = c.size;
    const n = net.layout.parameterCount;
    let [p, m, v]: Float32Array[] = [c.arrays.parameters, new Float32Array(n), new Float32Array(n)];
    const losses: number[] = [];
    for (let step = 1; step <= 5; step++) {
      const { rate, correction } = adamFactors(c.adam.rate, step);
      const scalar = (value: number) => new ort.Tensor('float32', [value], []);
      const out = await session.run({
        x: new ort.Tensor('float32', c.arrays.x, [c.batch, net.inputChannels, h, w]),
        target: new ort.Tensor('float32', c.arrays.target, [c.batch, 1, h, w]),
        parameters: new ort.Tensor('float32', p, [n]),
        m: new ort.Tensor('float32', m, [n]),
        v: new ort.Tensor('float32', v, [n]),
        rate: scalar(rate),
        correction: scalar(correction),
      });
      losses.push((out.loss.data as Float32Array)[0]);
      [p, m, v] = [out.new_parameters, out.new_m, out.new_v].map((t) => t.data as Float32Array);
    }
    await session.release();
    for (const [i, loss] of losses.entries()) expect(Math.abs(loss - c.adam.losses[i])).toBeLessThan(1e-5);
  });
});

describe('the gradient against finite differences', () => {
  it('predicts how the loss changes along its own direction', async () => {
    const [, c] = cases[0];
    const model = trainStep(unet(c), { ...c, update: 'gradient' });
    const { gradient } = await run(model, feeds(c));
    const length = Math.hypot(...gradient);
    const at = async (step: number) => {
      const moved = c.arrays.parameters.map((p, i) => p + (step * gradient[i]) / length);
      const out = await run(model, { ...feeds(c), parameters: { data: moved, shape: [moved.length] } });
      return out.loss[0];
    };
    const step = 2e-3;
    const slope = ((await at(step)) - (await at(-step))) / (2 * step);
    expect(slope / length).toBeCloseTo(1, 1);
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.02);
  });
});

describe('bad input', () => {
  it('is refused with the value in the message', () => {
    expect(() => trainStep(unet(), { batch: 2, size: 100 })).toThrow(/size 100 is not a multiple of 16/);
    expect(() => trainStep(unet(), { batch: 0, size: 64 })).toThrow(/batch 0/);
    expect(() => unet({ width: 0 })).toThrow(/width 0/);
    expect(() => unet({ levels: 2.5 })).toThrow(/levels 2.5/);
    expect(() => unet({ previousMask: 1 as never })).toThrow(/previousMask 1/);
  });
});
