import { connectedComponents, isClicksegError, raster } from '@clickseg/raster';
import { expect, it } from 'vitest';
import { initialClicks, nextClick, seededRandom } from '../src/index.ts';

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

it('clicks each component as it would alone in its image, in 2-D and 3-D', () => {
  const noise = seededRandom(11);
  for (const shape of [
    [17, 23],
    [5, 9, 11],
  ]) {
    const n = shape.reduce((a, b) => a * b, 1);
    for (let k = 0; k < 20; k++) {
      const mask = raster(
        Uint8Array.from({ length: n }, () => +(noise() < 0.2)),
        shape,
      );
      const { labels, count, sizes } = connectedComponents(mask);
      const alone = (label: number) =>
        raster(
          Uint8Array.from(labels.data, (v) => +(v === label)),
          shape,
        );
      const [ours, theirs] = [seededRandom(k), seededRandom(k)];
      const expected = Array.from({ length: Math.min(count, 7) }, (_, i) =>
        nextClick(alone(i + 1), undefined, { strategy: 'monai', random: theirs }),
      );
      expect(initialClicks(mask, { place: 'each-component', limit: 7, random: ours })).toEqual(expected);
      const largest = sizes.indexOf(Math.max(...sizes.subarray(1)), 1);
      expect(initialClicks(mask, { place: 'kth-largest', random: ours })).toEqual([
        nextClick(alone(largest), undefined, { random: theirs }),
      ]);
    }
  }
});

it('no click on an empty structure, one on a full one, none where all is ignored', () => {
  expect(initialClicks(raster(new Uint8Array(4), [2, 2]))).toEqual([]);
  const full = raster(new Uint8Array(4).fill(1), [2, 2]);
  for (const place of ['anywhere', 'each-component', 'kth-largest'] as const) {
    expect(initialClicks(full, { place, random: () => 0.9 })).toEqual([{ x: 1, y: 1, label: 'foreground' }]);
    expect(initialClicks(full, { place, ignore: 1 })).toEqual([]);
  }
});

it('refuses before any work what it would trip over later', () => {
  const empty = raster(new Uint8Array(8), [2, 2, 2]);
  for (const [options, code] of [
    [{ distance: 'opencv-5x5' }, 'invalid-option'],
    [{ connectivity: 8 }, 'invalid-option'],
    [{ random: null as never }, 'invalid-option'],
    [{ distance: 'euclidean', spacing: [1, 1] }, 'invalid-spacing'],
  ] as const) {
    for (const place of ['anywhere', 'each-component', 'kth-largest'] as const) {
      expect(() => initialClicks(empty, { place, ...options })).toThrow(expect.objectContaining({ code }));
    }
  }
  const broken = raster(Float32Array.of(1, Number.NaN), [1, 2]);
  expect(() => initialClicks(broken)).toThrow(expect.objectContaining({ code: 'not-finite' }));
});

it.each([
  [{ place: 'middle' as never }, '"middle"'],
  [{ limit: 0 }, '0'],
  [{ k: 1.5 }, '1.5'],
  [{ connectivity: 5 as never }, '5'],
  [{ connectivity: 26 as const, place: 'anywhere' as const }, '26 on 2 axes is none of 4, 8'],
  [{ connectivity: null as never, place: 'kth-largest' as const }, 'null'],
  [{ random: 5 as never }, '5'],
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
