import { isClicksegError, raster } from '@clickseg/raster';
import { expect, it } from 'vitest';
import { initialClicks, nextClick } from '../src/index.ts';

const rows = ['1100000', '1100110', '0000110', '0000110', '1000000', '0100001'];
const gt = raster(Uint8Array.from(rows.join(''), Number), [6, 7]);
const random = () => 0;
const at = (clicks: { x: number; y: number }[]) => clicks.map((c) => [c.x, c.y]);

it("anywhere is the paper's first click: P = 0, so D+ = Gt", () => {
  for (const u of [0, 0.3, 0.8]) {
    expect(initialClicks(gt, { random: () => u })).toEqual([nextClick(gt, undefined, { random: () => u })]);
  }
});

it('one a component in raster order, up to the limit, by connectivity', () => {
  expect(at(initialClicks(gt, { place: 'each-component', random }))).toEqual([
    [0, 0],
    [4, 1],
    [0, 4],
    [6, 5],
  ]);
  expect(at(initialClicks(gt, { place: 'each-component', random, limit: 2 }))).toEqual([
    [0, 0],
    [4, 1],
  ]);
  const four = initialClicks(gt, { place: 'each-component', random, connectivity: 4 });
  expect(at(four)).toEqual([
    [0, 0],
    [4, 1],
    [0, 4],
    [1, 5],
    [6, 5],
  ]);
});

it('the k-th largest component, equal sizes in raster order, none beyond the last', () => {
  const kth = (k: number) => at(initialClicks(gt, { place: 'kth-largest', k, random, connectivity: 4 }));
  expect([1, 2, 3, 4, 5, 6].map(kth)).toEqual([[[4, 1]], [[0, 0]], [[0, 4]], [[1, 5]], [[6, 5]], []]);
});

it('no click on an empty structure, one on a full one, none where all is ignored', () => {
  expect(initialClicks(raster(new Uint8Array(4), [2, 2]))).toEqual([]);
  const full = raster(new Uint8Array(4).fill(1), [2, 2]);
  for (const place of ['anywhere', 'each-component', 'kth-largest'] as const) {
    expect(initialClicks(full, { place, random: () => 0.9 })).toEqual([{ x: 1, y: 1, label: 'foreground' }]);
    expect(initialClicks(full, { place, ignore: 1 })).toEqual([]);
  }
});

it.each([
  [{ place: 'middle' as never }, '"middle"'],
  [{ limit: 0 }, '0'],
  [{ k: 1.5 }, '1.5'],
  [{ connectivity: 5 as never }, '5'],
])('refuses %j', (options, value) => {
  let caught: unknown;
  try {
    initialClicks(gt, { place: 'each-component', ...options });
  } catch (error) {
    caught = error;
  }
  expect(isClicksegError(caught, 'invalid-option')).toBe(true);
  expect(String(caught)).toContain(value);
});
