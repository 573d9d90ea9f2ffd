import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import { exportModel, initialWeights, type UnetOptions, unet, widen } from '../src/index.ts';
import { run, worst } from './support.ts';

describe('widen', () => {
  // Width 3 has as many channels as the input.
  it.each([
    [4, 5, false],
    [4, 6, false],
    [2, 3, false],
    [4, 6, true],
  ])(
    'answers as a network of width %i did, at %i (previous mask: %s)',
    async (before, width, previousMask) => {
      const random = seededRandom(1);
      const from = unet({ width: before, levels: 2, previousMask });
      const weights = initialWeights(from, random);
      // As after a training: no norm is the identity, no bias 0.
      for (const array of Object.values(weights) as Float32Array[]) {
        for (let i = 0; i < array.length; i++) array[i] += 0.2 * (random() - 0.5);
      }
      const input = {
        data: Float32Array.from({ length: from.inputChannels * 256 }, () => 2 * random() - 1),
        shape: [1, from.inputChannels, 16, 16],
      };
      const narrow = await run(exportModel(from, weights), { input });
      expect(Math.max(...narrow.probability) - Math.min(...narrow.probability)).toBeGreaterThan(0.05);
      const to = unet({ width, levels: 2, previousMask });
      const wide = widen({ net: from, weights }, to, random);
      const { probability } = await run(exportModel(to, wide), { input });
      expect(worst(probability, narrow.probability)).toBeLessThan(1e-5);

      // The new channels are there to be read: their filters are random, and not all weights that read them stay 0.
      const unused = wide.parameters.filter((v) => v === 0).length / wide.parameters.length;
      expect(unused).toBeLessThan(0.5);
      expect(wide.parameters.length).toBe(to.layout.parameterCount);
    },
  );

  const network = (options: UnetOptions) => {
    const net = unet(options);
    return { net, weights: initialWeights(net, seededRandom(1)) };
  };

  it('refuses a narrower network, one of other levels, and other variants', () => {
    const from = network({ width: 8, levels: 2 });
    for (const to of [
      { width: 4, levels: 2 },
      { width: 8, levels: 3 },
      { width: 8, levels: 2, variant: 'late' },
      { width: 16, levels: 2, previousMask: true },
    ] as const) {
      expect(() => widen(from, unet(to), seededRandom(1))).toThrow(
        expect.objectContaining({ code: 'invalid-option' }),
      );
    }
  });
});
