import { describe, expect, it } from 'vitest';
import { exportModel, exportParts, unet } from '../src/index.ts';
import { run, torchCases } from './support.ts';

// Half of width 5, 10 and 20, but not below 16 where the encoder has as many.
const CHANNELS = [5, 10, 16];

describe('exportParts', () => {
  it.each([
    ['the encoder without the clicks', false],
    ['the previous mask with the clicks', true],
  ])('cuts the network in two that answer PyTorch together, %s', async (_what, previousMask) => {
    const c = torchCases('variants.json').find(
      (some) => some.variant === 'late' && (some.previousMask ?? false) === previousMask,
    )!;
    const net = unet(c);
    const weights = {
      parameters: c.arrays.parameters,
      means: c.arrays.means,
      variances: new Float32Array(c.arrays.means.length).fill(1),
    };
    const [h, w] = c.size;
    const plane = h * w;
    const all = previousMask ? 4 : 3;
    const at = (n: number, from: number, count: number) =>
      c.arrays.x.slice((all * n + from) * plane, (all * n + from + count) * plane);
    const { encoder, decoder } = exportParts(net, weights, { clickseg: '{}' });
    const whole = exportModel(net, weights);
    for (let n = 0; n < c.batch; n++) {
      const features = await run(encoder, { image: { data: at(n, 0, 1), shape: [1, 1, h, w] } });
      const feeds = Object.entries(features).map(([name, data]) => {
        const level = Number(name.split('.')[1]);
        return [name, { data, shape: [1, CHANNELS[level], h >> level, w >> level] }];
      });
      const guidance = { data: at(n, 1, all - 1), shape: [1, all - 1, h, w] };
      const cut = await run(decoder, { ...Object.fromEntries(feeds), guidance });
      const one = await run(whole, { input: { data: at(n, 0, all), shape: [1, all, h, w] } });
      expect(cut.probability).toHaveLength(plane);
      for (let i = 0; i < plane; i++) expect(cut.probability[i]).toBeCloseTo(one.probability[i], 6);
    }
    expect(new TextDecoder('latin1').decode(decoder)).toContain('clickseg');
  });

  it('refuses a network whose encoder sees the clicks', () => {
    const weights = {
      parameters: new Float32Array(),
      means: new Float32Array(),
      variances: new Float32Array(),
    };
    expect(() => exportParts(unet(), weights)).toThrow(/'fig2'.*only 'late'/);
  });
});
