import { readFileSync } from 'node:fs';
import { seededRandom } from '@clickseg/simulate';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  checkQuantizeOptions,
  exportModel,
  halfWeights,
  initialWeights,
  quantize,
  unet,
} from '../src/index.ts';
import { run, torchCases, worst } from './support.ts';

/** Fig. 2 with PyTorch's parameters, its batch, and PyTorch's answer. */
function network() {
  const c = torchCases()[0];
  const { parameters, means, variances, x, probability } = c.arrays;
  const model = exportModel(unet(c), { parameters, means, variances }, { clickseg: '{"name":"kept"}' });
  return { model, probability, input: { data: x, shape: [c.batch, 3, ...c.size] } };
}

const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

/** Whether this processor adds products of bytes without saturation; what is not known counts as no. */
function addsExactly(): boolean {
  if (process.arch === 'arm64') return true;
  try {
    return /avx512_vnni|avx_vnni/.test(readFileSync('/proc/cpuinfo', 'latin1'));
  } catch {
    return false;
  }
}
const EXACT = addsExactly();
if (!EXACT) console.log('skipped: weights of 8 bits, as this processor has no VNNI');

describe('quantize', () => {
  it('answers what PyTorch answers in floats, to a tenth, from a file of less than half', async () => {
    const { model, input, probability } = network();
    const small = await quantize(model, { ort, inputs: [input], share: 1 });
    expect(worst((await run(small, { input })).probability, probability)).toBeLessThan(0.1);
    expect(small.length).toBeLessThan(model.length / 2);
    expect(text(small)).toContain('{"name":"kept"}');
  });

  it.runIf(EXACT)(
    'comes closer with weights of 8 bits, where the processor adds products exactly',
    async () => {
      const { model, input, probability } = network();
      const small = await quantize(model, { ort, inputs: [input], share: 1, weightBits: 8 });
      expect(worst((await run(small, { input })).probability, probability)).toBeLessThan(0.06);
    },
  );

  it('leaves the first convolution, the up-convolutions and the head in floats', async () => {
    const { model, input } = network();
    const small = text(await quantize(model, { ort, inputs: [input] }));
    for (const name of ['down.0.1.weight', 'bottleneck.0.weight', 'join.0.1.weight']) {
      expect(small).toContain(`${name}/q`);
    }
    for (const name of ['down.0.0.weight', 'up.1.weight', 'head.weight']) {
      expect(small).toContain(name);
      expect(small).not.toContain(`${name}/q`);
    }
  });

  it('takes the separable network', async () => {
    const net = unet({ width: 4, levels: 2, variant: 'separable' });
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const model = exportModel(net, initialWeights(net, random));
    const input = { data: Float32Array.from({ length: 3 * 256 }, random), shape: [1, 3, 16, 16] };
    const small = await quantize(model, { ort, inputs: [input], share: 1 });
    expect(text(small)).toContain('down.1.0.depthwise/q');
    const [before, after] = [await run(model, { input }), await run(small, { input })];
    expect(worst(after.probability, before.probability)).toBeLessThan(0.1);
  });

  it('holds the bias of a filter that is nearly 0, of which it would be more steps than an integer has', async () => {
    const net = unet({ width: 8, levels: 2 });
    const random = seededRandom(3);
    const weights = initialWeights(net, random);
    const set = (name: string, value: number) => {
      weights.parameters[net.layout.parameters.find((p) => p.name === name)!.offset] = value;
    };
    set('down.1.0.gamma', 1e-9);
    set('down.1.0.beta', 3);
    const model = exportModel(net, weights);
    const input = {
      data: Float32Array.from({ length: 3 * 4096 }, () => 2 * random() - 1),
      shape: [1, 3, 64, 64],
    };
    const small = await quantize(model, { ort, inputs: [input], share: 1 });
    const [before, after] = [await run(model, { input }), await run(small, { input })];
    const off = before.probability.reduce((sum, p, i) => sum + Math.abs(p - after.probability[i]), 0);
    // Healthy filters are off by 0.01 on average; a bias that wrapped, by 0.06 and more.
    expect(off / before.probability.length).toBeLessThan(0.02);
  });

  it('refuses what cannot be meant', async () => {
    const { model, input } = network();
    await expect(quantize(model, { ort, inputs: [] })).rejects.toThrow(/no inputs/);
    await expect(quantize(model, { ort, inputs: [input], share: 0.2 })).rejects.toThrow(/share 0.2/);
    const bits = { ort, inputs: [input], weightBits: 4 as 8 };
    await expect(quantize(model, bits)).rejects.toThrow(/weightBits 4/);
    expect(() => checkQuantizeOptions({ threads: 100_000 })).toThrow(/threads 100000/);
    const page = new TextEncoder().encode('<html>not found</html>');
    await expect(quantize(page, { ort, inputs: [input] })).rejects.toThrow(/model/);
  });
});

describe('halfWeights', () => {
  it('halves the file and changes the answer by no more than its rounding', async () => {
    const { model, input, probability } = network();
    const half = halfWeights(model);
    expect(half.length).toBeLessThan(0.56 * model.length);
    expect(worst((await run(half, { input })).probability, probability)).toBeLessThan(2e-3);
  });

  it('takes what readFile gives', () => {
    const { model } = network();
    expect(halfWeights(Buffer.from(model))).toEqual(halfWeights(model));
  });

  it('rounds to the nearest float16, ties to even, down to the subnormal ones', () => {
    const net = unet({ width: 8, levels: 1 });
    const weights = initialWeights(net, () => 0.25);
    // Weights of a convolution are scaled by 1 / sqrt(1 + 1e-5) when folded, which those of an up-convolution are not.
    const { offset } = net.layout.parameters.find(({ name }) => name === 'up.0.weight')!;
    const values = [1, -2.5, 65503, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 0.1];
    const bits = [0x3c00, 0xc100, 0x7bff, 0x3c00, 0x3c02, 0x0001, 0x0000, 0x0002, 0x2e66];
    weights.parameters.set(values, offset);
    const bytes = halfWeights(exportModel(net, weights));
    const wanted = Buffer.from(Uint16Array.from(bits).buffer);
    expect(Buffer.from(bytes).indexOf(wanted)).toBeGreaterThan(0);
  });
});
