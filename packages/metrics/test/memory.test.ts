import { isClicksegError } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { hausdorff, setHausdorff, surfaceDice, surfaceDistances } from '../src/index.ts';
import { MemoryBudget } from '../src/memory.ts';
import { percentile, percentileByDigits } from '../src/percentile.ts';
import { randomMask, seeded } from './pairs.ts';

const code = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return isClicksegError(error) ? error.code : String(error);
  }
  return 'nothing';
};

describe('a budget', () => {
  it('refuses what would exceed it, and still holds what it held', () => {
    const budget = new MemoryBudget(100, 'test');
    budget.take(60);
    expect(() => budget.take(41)).toThrow('test: needs 101 bytes, more than memoryLimit 100');
    budget.take(40);
    budget.give(50);
    budget.take(50);
    expect(budget.mark()).toBe(100);
  });
});

describe('a volume whose every pixel is a border pixel', () => {
  const random = seeded(3);
  const a = randomMask([12, 64, 64], random, 0.5);
  const b = randomMask([12, 64, 64], random, 0.5);
  // Two crops of 14 x 66 x 72 bytes, and lists of about 24,000 pixels or 49,000 elements of 4 to 16 bytes.
  const [crops, pixels, elements] = [140_000, 1_000_000, 5_000_000];

  it('is refused once its points are counted, before their distances have memory', () => {
    for (const [memoryLimit, expected] of [
      [crops / 2, ['too-large', 'too-large']],
      [2 * crops, ['too-large', 'too-large']],
      [pixels, ['nothing', 'too-large']],
      [elements, ['nothing', 'nothing']],
    ] as const) {
      const measured = [
        code(() => hausdorff(a, b, { memoryLimit })),
        code(() => surfaceDice(a, b, { memoryLimit })),
      ];
      expect(measured, String(memoryLimit)).toEqual(expected);
    }
    expect(code(() => setHausdorff(a, b, { memoryLimit: 2 * crops }))).toBe('too-large');
    expect(code(() => setHausdorff(a, b, { memoryLimit: elements }))).toBe('nothing');
  });

  it('counts the copies of masks that are no bytes, and of no others', () => {
    const corner = () => {
      const data = new Float64Array(1e6);
      data[0] = 1;
      return { data, shape: [1000, 1000] };
    };
    for (const measure of [setHausdorff, hausdorff]) {
      const wide = corner();
      expect(code(() => measure(wide, corner(), { memoryLimit: 1e6 }))).toBe('too-large');
      expect(code(() => measure(wide, corner(), { memoryLimit: 2.1e6 }))).toBe('nothing');
      // Dense bytes are viewed, whether they name their strides or not.
      const bytes = { ...wide, data: Uint8Array.from(wide.data) };
      const named = { ...bytes, stride: [1000, 1], offset: 0 };
      for (const mask of [bytes, named]) {
        expect(code(() => measure(mask, mask, { memoryLimit: 1e5 }))).toBe('nothing');
      }
    }
  });

  it('counts a slice as one plane, and the fields that surfaces far apart take', () => {
    const at = (places: Iterable<number>) => {
      const data = new Uint8Array(600 * 600);
      for (const i of places) data[i] = 1;
      return { data, shape: [600, 600] };
    };
    // Two crops of 602 x 608 bytes, and next to nothing else.
    const [first, last] = [at([0]), at([600 * 600 - 1])];
    expect(code(() => hausdorff(first, last, { memoryLimit: 700_000 }))).toBe('too-large');
    expect(code(() => hausdorff(first, last, { memoryLimit: 900_000 }))).toBe('nothing');
    // 12,000 pixels that all look for one far away: three fields of 600 x 600 doubles take over.
    const many = at(Array.from({ length: 12_000 }, (_, i) => Math.floor(i / 200) * 600 + 2 * (i % 200)));
    expect(code(() => hausdorff(many, last, { memoryLimit: 5e6 }))).toBe('too-large');
    expect(code(() => setHausdorff(many, last, { memoryLimit: 5e6 }))).toBe('too-large');
    expect(code(() => hausdorff(many, last, { memoryLimit: 11e6 }))).toBe('nothing');
  });

  it('can be asked again after a refusal', () => {
    const d = surfaceDistances(a, b, { memoryLimit: pixels });
    for (let i = 0; i < 3; i++) expect(code(() => d.elements)).toBe('too-large');
    expect(hausdorff(d)).toBe(hausdorff(a, b));
    expect(code(() => d.elements)).toBe('too-large');
  });
});

it('a percentile counted by digits is the one selected from a copy', () => {
  const random = seeded(5);
  for (const n of [1, 2, 3, 50, 999]) {
    for (const make of [
      () => random() * 30,
      () => Math.floor(random() * 4),
      () => Math.sqrt(Math.floor(random() * 9)),
    ]) {
      const all = Float64Array.from({ length: n }, make);
      const cut = Math.floor(n / 3);
      const lists = [all.subarray(0, cut), all.slice(cut)];
      for (const p of [0, 5, 37.3, 50, 95, 99.99, 100]) {
        expect(percentileByDigits(lists, n, p), `${p} of ${n}`).toBe(percentile(all, p));
      }
    }
  }
  const far = Float64Array.of(0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  expect(percentileByDigits([far], 3, 100)).toBe(Number.POSITIVE_INFINITY);
  expect(percentileByDigits([far], 3, 75)).toBe(Number.POSITIVE_INFINITY);
});

it('the percentile of a list that rises and falls is the one of the list sorted', () => {
  const rising = Float64Array.from({ length: 5000 }, (_, i) => Math.min(i, 4999 - i) / 3);
  const sorted = rising.toSorted();
  for (const at of [0, 1, 2500, 4998, 4999])
    expect(percentile(rising, (at / 4999) * 100)).toBeCloseTo(sorted[at], 9);
});
