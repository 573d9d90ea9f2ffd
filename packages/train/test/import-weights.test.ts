import { isClicksegError } from '@clickseg/raster';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  checkWeights,
  exportModel,
  importWeights,
  quantize,
  trainStep,
  typicalInputs,
  unet,
} from '../src/index.ts';
import { feeds, run, torchCases, worst } from './support.ts';

describe('importWeights', () => {
  for (const c of [...torchCases(), ...torchCases('variants.json')]) {
    const mask = c.previousMask ? ', with a previous mask' : '';
    it(`goes on where a ${c.variant ?? 'fig2'} network of width ${c.width} was exported${mask}`, async () => {
      // Exported with the batch's own statistics and taken apart on the same batch, the network must lose what PyTorch's
      // lost in training mode, although none of its parameters is the same.
      const net = unet(c);
      const { parameters } = c.arrays;
      const input = { data: c.arrays.x, shape: [c.batch, net.inputChannels, ...c.size] };
      const step = trainStep(net, { batch: c.batch, size: c.size, update: 'gradient' });
      const { means, variances } = await run(step, feeds(c));
      const exported = exportModel(net, { parameters, means, variances });
      const weights = await importWeights(net, exported, { ort, inputs: [input] });
      expect(worst(weights.parameters, parameters)).toBeGreaterThan(0.01);

      const { loss } = await run(step, {
        ...feeds(c),
        parameters: { data: weights.parameters, shape: [parameters.length] },
      });
      expect(Math.abs(loss[0] - c.loss)).toBeLessThan(1e-5);
      const again = await run(exportModel(net, weights), { input });
      const before = await run(exported, { input });
      expect(worst(again.probability, before.probability)).toBeLessThan(2e-5);
    });
  }

  it('runs the model on as many threads as it is given, here and where its inputs are drawn', async () => {
    const [c] = torchCases();
    const net = unet(c);
    const model = exportModel(net, c.arrays as never);
    const asked: unknown[] = [];
    const create = (bytes: Uint8Array, options: ort.InferenceSession.SessionOptions = {}) => {
      asked.push(options.intraOpNumThreads);
      return ort.InferenceSession.create(bytes, options);
    };
    const counting = { ort: { ...ort, InferenceSession: { create } }, threads: 1 };
    const side = 2 ** c.levels;
    const disc = { image: new Float32Array(side * side), target: new Uint8Array(side * side).fill(1, 0, 9) };
    const set = { shape: [side, side] as const, draw: () => disc };
    const inputs = await typicalInputs(set, model, { ...counting, batches: 1, batch: 1 });
    await importWeights(net, model, { ...counting, inputs });
    await quantize(model, { ...counting, inputs });
    expect(asked).toEqual([1, 1, 1]);
  });

  it('refuses to measure on nothing', async () => {
    const [c] = torchCases();
    const net = unet(c);
    const model = exportModel(net, c.arrays as never);
    await expect(importWeights(net, model, { ort, inputs: [] })).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });

  it('refuses a model of another size, with the tensor that does not fit', async () => {
    const [c] = torchCases();
    const model = exportModel(unet(c), c.arrays as never);
    const wider = unet({ ...c, width: c.width + 1 });
    const refusal = importWeights(wider, model, { ort, inputs: [] }).catch((error: unknown) => error);
    expect(() => checkWeights(wider, model)).toThrow(/down\.0\.0\.bias/);
    expect(() => checkWeights(unet(c), model)).not.toThrow();
    const error = await refusal;
    expect(isClicksegError(error) && error.code).toBe('invalid-model');
    expect((error as Error).message).toContain('down.0.0.bias');
  });

  it('refuses a model of another input before it runs anything', async () => {
    const [c] = torchCases();
    const model = exportModel(unet(c), c.arrays as never);
    const other = unet({ ...c, previousMask: true });
    await expect(importWeights(other, model, { ort, inputs: [] })).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/108 values as down\.0\.0\.weight.*with a previous mask has 144/),
    });
  });
});
