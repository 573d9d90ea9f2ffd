import { raster } from '@clickseg/raster';
import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import { diskMethod } from '../src/methods/disk.ts';
import { growMethod } from '../src/methods/grow.ts';
import { randomClick } from '../src/methods/random-click.ts';

const at = (x: number, y: number, label: 'foreground' | 'background' = 'foreground') => ({ x, y, label });
const pixels = ({ data, shape }: { data: Uint8Array; shape: readonly number[] }) =>
  Array.from({ length: shape[0] }, (_, y) =>
    Array.from(data.subarray(y * shape[1], (y + 1) * shape[1])).join(''),
  );

describe('disks', () => {
  it('reach as far in millimetres along both axes, and the nearer click decides', async () => {
    const image = raster(new Float32Array(35), [5, 7]);
    const answers = await diskMethod(2).open(image, { x: 1, y: 2 });
    expect(pixels(await answers.predict([at(2, 2)]))).toEqual([
      '0000000',
      '0010000',
      '1111100',
      '0010000',
      '0000000',
    ]);
    const both = await answers.predict([at(2, 2), at(4, 2, 'background')]);
    // At equal distance, x = 3, the later click.
    expect(pixels(both)[2]).toBe('1110000');
  });
});

describe('region growing', () => {
  // Two plateaus of 100 and 200 with a step between, each joined within itself.
  const image = raster(
    Float32Array.from({ length: 144 }, (_, i) => (i % 12 < 6 ? 100 : 200)),
    [12, 12],
  );
  it('fills what is alike and joined to the click, and stops at the step', async () => {
    const answers = await growMethod().open(image, { x: 1, y: 1 });
    const mask = await answers.predict([at(2, 5)]);
    // The step is smoothed over the columns beside it.
    expect(new Set(pixels(mask))).toEqual(new Set(['111110000000']));
  });
  it('gives way to a background click nearby', async () => {
    const answers = await growMethod().open(image, { x: 1, y: 1 });
    await answers.predict([at(2, 2)]);
    const mask = await answers.predict([at(2, 2), at(2, 9, 'background')]);
    expect(pixels(mask).map((row) => row[2])).toEqual([...'111111000000']);
  });
});

it('region growing refuses an image with a pixel that is no number, and says which', async () => {
  for (const odd of [Number.NaN, Number.NEGATIVE_INFINITY]) {
    const data = Float32Array.from({ length: 12 }, (_, i) => (i === 6 ? odd : i));
    await expect(growMethod().open(raster(data, [3, 4]), { x: 1, y: 1 })).rejects.toMatchObject({
      code: 'not-finite',
      message: `image: pixel x 2, y 1 is ${odd}, not a finite number`,
    });
  }
});

describe('random clicks', () => {
  const gt = raster(Uint8Array.of(1, 1, 0, 0, 0, 0), [2, 3]);
  const pred = raster(Uint8Array.of(1, 0, 0, 1, 0, 1), [2, 3]);
  it('fall on every wrong pixel alike, of the kind it calls for, and on no other', () => {
    const random = seededRandom(1);
    const count = new Map<string, number>();
    for (let n = 0; n < 3000; n++) {
      const click = randomClick(gt, pred, random);
      const key = `${click?.x},${click?.y},${click?.label}`;
      count.set(key, (count.get(key) ?? 0) + 1);
    }
    expect([...count.keys()].sort()).toEqual(['0,1,background', '1,0,foreground', '2,1,background']);
    // 1,000 expected, standard deviation 26.
    for (const n of count.values()) expect(Math.abs(n - 1000)).toBeLessThan(110);
  });
  it('end where nothing is wrong', () => {
    expect(randomClick(gt, gt, seededRandom(1))).toBeUndefined();
  });
  it('take an absent prediction for an empty one', () => {
    expect(randomClick(gt, undefined, () => 0.99)).toEqual({ x: 1, y: 0, label: 'foreground' });
  });
});
