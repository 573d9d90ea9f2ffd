import { describe, expect, it } from 'vitest';
import { averageModels, exportModel, halfWeights, initialWeights, unet } from '../src/index.ts';
import { run } from './support.ts';

const net = unet({ width: 8, levels: 1 });
const input = {
  data: Float32Array.from({ length: 3 * 16 * 16 }, (_, i) => Math.sin(i)),
  shape: [1, 3, 16, 16],
};

/** A network whose logit is `bias` everywhere: all weights but the head's bias are 0. */
function constant(bias: number): Uint8Array {
  const weights = initialWeights(net, () => 0.5);
  weights.parameters.fill(0);
  const head = net.layout.parameters.at(-1)!;
  expect(head).toMatchObject({ name: 'head.bias', shape: [1] });
  weights.parameters[head.offset] = bias;
  return exportModel(net, weights, { clickseg: `{"name":"bias ${bias}"}` });
}

const answer = async (model: Uint8Array) => (await run(model, { input })).probability[0];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('averageModels', () => {
  it('has the mean of the weights, and the first model’s metadata', async () => {
    const mean = averageModels([constant(-1), constant(0.5), constant(2)]);
    expect(await answer(mean)).toBeCloseTo(sigmoid(0.5), 6);
    const text = new TextDecoder('latin1').decode(mean);
    expect(text).toContain('bias -1');
    expect(text).not.toContain('bias 2');
  });

  it('takes what readFile gives, at whatever byte its floats begin', async () => {
    for (let shift = 0; shift < 4; shift++) {
      const [a, b] = [constant(-1), constant(2)].map((bytes) => Buffer.concat([Buffer.alloc(shift), bytes]));
      const mean = averageModels([a.subarray(shift), b.subarray(shift)]);
      expect(await answer(mean)).toBeCloseTo(sigmoid(0.5), 6);
    }
  });

  it('of one model answers as that', async () => {
    expect(await answer(averageModels([constant(3)]))).toBeCloseTo(sigmoid(3), 6);
  });

  it('refuses halved files, whose mean would be the first one again', () => {
    const [a, b] = [0.3, 0.7].map((value) =>
      halfWeights(
        exportModel(
          net,
          initialWeights(net, () => value),
        ),
      ),
    );
    const why = /constant '.*' is no float32 and differs in number 2.*then quantize/;
    expect(() => averageModels([a, b])).toThrow(why);
    expect(averageModels([a, a])).toEqual(a);
  });

  it('refuses networks that differ, bytes that are no model, and nothing at all', () => {
    const wider = unet({ width: 16, levels: 1 });
    const other = exportModel(
      wider,
      initialWeights(wider, () => 0.5),
    );
    expect(() => averageModels([constant(1), other])).toThrow(/constant '.*' is \[.*number 2/);
    expect(() => averageModels([other, constant(1)])).toThrow(/constant '.*' is \[.*number 2/);
    const reading = unet({ width: 8, levels: 1, previousMask: true });
    const fourth = exportModel(
      reading,
      initialWeights(reading, () => 0.5),
    );
    const kind = { code: 'invalid-model' };
    expect(() => averageModels([constant(1), constant(2), fourth])).toThrow(
      expect.objectContaining({
        ...kind,
        message: expect.stringMatching(/not read.*number 3 reads the prev/),
      }),
    );
    expect(() => averageModels([fourth, constant(1)])).toThrow(
      expect.objectContaining({ ...kind, message: expect.stringMatching(/first model reads.*2 does not/) }),
    );
    expect(() => averageModels([constant(1), new Uint8Array(9)])).toThrow(/model/);
    expect(() => averageModels([])).toThrow(/no models/);
  });
});
