import { chamferDistance, raster } from '@clickseg/raster';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { cityBlock } from '../src/distance-transform.ts';
import { nextClick } from '../src/index.ts';

it('agrees with our own city-block field, two and three-dimensional, and leaves its input alone', () => {
  const masks = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 8 }),
  );
  const cases = masks.chain(([d, h, w]) =>
    fc.tuple(
      fc.constantFrom([d, h, w], [h, w]),
      fc.uint8Array({ min: 0, max: 1, minLength: d * h * w, maxLength: d * h * w }),
    ),
  );
  fc.assert(
    fc.property(cases, ([shape, all]) => {
      const mask = raster(
        all.slice(
          0,
          shape.reduce((a, b) => a * b, 1),
        ),
        shape,
      );
      const before = mask.data.slice();
      const ours = chamferDistance(mask, { weights: 'city-block' });
      expect(Array.from(cityBlock(mask).data)).toEqual(Array.from(ours.data));
      expect(mask.data).toEqual(before);
    }),
    { seed: 4, numRuns: 60 },
  );
});

it('serves as a distance field, for real ndarray views too', () => {
  const gt = ndarray(Uint8Array.from('000001110011111001110', Number), [3, 7]).transpose(1, 0);
  for (const u of [0, 0.2, 0.6, 0.95]) {
    const random = () => u;
    const named = nextClick(gt, undefined, { distance: 'city-block', random });
    expect(nextClick(gt, undefined, { distance: cityBlock, random })).toEqual(named);
  }
  expect(cityBlock(raster(new Uint8Array(4).fill(1), [2, 2])).data[0]).toBe(Number.POSITIVE_INFINITY);
});
