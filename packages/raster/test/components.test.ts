import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundary, type Connectivity, connectedComponents } from '../src/index.ts';
import { positions } from './brute.ts';

const REACH: Record<number, number> = { 4: 1, 8: 2, 6: 1, 18: 2, 26: 3 };

function neighbours(p: number[], connectivity: number): number[][] {
  return positions(p.map(() => 3))
    .map((d) => d.map((v) => v - 1))
    .filter((d) => d.some((v) => v !== 0) && d.filter((v) => v !== 0).length <= REACH[connectivity])
    .map((d) => p.map((v, axis) => v + d[axis]));
}

const index = (p: number[], shape: number[]) =>
  p.every((v, axis) => v >= 0 && v < shape[axis]) ? p.reduce((at, v, axis) => at * shape[axis] + v, 0) : -1;

/** Floods from each unlabelled inside pixel in raster order. */
function flood(
  data: Uint8Array,
  shape: number[],
  connectivity: number,
): { labels: Int32Array; count: number } {
  const labels = new Int32Array(data.length);
  const all = positions(shape);
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0 || labels[i] !== 0) continue;
    const open = [i];
    labels[i] = ++count;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const q of neighbours(all[at], connectivity)) {
        const k = index(q, shape);
        if (k < 0 || data[k] === 0 || labels[k] !== 0) continue;
        labels[k] = count;
        open.push(k);
      }
    }
  }
  return { labels, count };
}

const kinds: { most: number[]; connectivity: Connectivity }[] = [
  { most: [12, 15], connectivity: 4 },
  { most: [12, 15], connectivity: 8 },
  { most: [4, 5, 6], connectivity: 6 },
  { most: [4, 5, 6], connectivity: 18 },
  { most: [4, 5, 6], connectivity: 26 },
];

describe.each(kinds)('connectivity $connectivity up to $most', ({ most, connectivity }) => {
  const masks = fc.tuple(...most.map((n) => fc.integer({ min: 1, max: n }))).chain((shape) => {
    const n = shape.reduce((a, b) => a * b, 1);
    return fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: n, maxLength: n })
      .map((bits) => ({ data: Uint8Array.from(bits), shape: shape as number[] }));
  });

  test('labels are those of a flood fill in raster order', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const got = connectedComponents(mask, { connectivity });
        const want = flood(mask.data, mask.shape, connectivity);
        expect(got.labels.data).toEqual(want.labels);
        expect(got.count).toBe(want.count);
        const sizes = new Int32Array(want.count + 1);
        for (const label of want.labels) sizes[label]++;
        expect(got.sizes).toEqual(sizes);
      }),
      { seed: 4242, numRuns: 30 },
    );
  });

  test('boundary pixels are those with a neighbour outside the mask or the image', () => {
    fc.assert(
      fc.property(masks, ({ data, shape }) => {
        const outside = (p: number[]) => index(p, shape) < 0 || data[index(p, shape)] === 0;
        const want = positions(shape).map(
          (p, i) => +(data[i] !== 0 && neighbours(p, connectivity).some(outside)),
        );
        expect([...boundary({ data, shape }, { connectivity }).data]).toEqual(want);
      }),
      { seed: 4242, numRuns: 30 },
    );
  });
});

test('a spiral is one component, however its provisional labels meet', () => {
  const rows = [
    '#########',
    '........#',
    '#######.#',
    '#.....#.#',
    '#.###.#.#',
    '#.#...#.#',
    '#.#####.#',
    '#.......#',
    '#########',
  ];
  const mask = { data: Uint8Array.from(rows.join(''), (c) => +(c === '#')), shape: [9, 9] };
  expect(connectedComponents(mask, { connectivity: 4 }).count).toBe(1);
});

test('defaults: corners join components, and only edge neighbours make boundary', () => {
  const mask = { data: Uint8Array.of(1, 0, 0, 1), shape: [2, 2] };
  expect(connectedComponents(mask).count).toBe(1);
  const block = { data: new Uint8Array(25).fill(1), shape: [5, 5] };
  block.data[0] = 0;
  // (1, 1) touches background at a corner only.
  expect(boundary(block).data[6]).toBe(0);
  expect(boundary(block, { connectivity: 8 }).data[6]).toBe(1);
});
