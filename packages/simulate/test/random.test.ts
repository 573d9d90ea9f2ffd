import { isClicksegError } from '@clickseg/raster';
import { expect, it, vi } from 'vitest';
import { drawInteractions, initialClicks, nextClick, PAPER_SEED, seededRandom } from '../src/index.ts';

// From an independent Python implementation of xoshiro128** with the same seeding.
it.each([
  [4242, [0.37251106476153717, 0.3782671830446547, 0.4545951417004811, 0.6917558412760932]],
  [0, [0.8868539502021594, 0.012474988946590604, 0.032522145755498943, 0.024408060085556516]],
  [2 ** 53 - 1, [0.7864743926033367, 0.8404649668001232, 0.5464516339408066, 0.33101164908582437]],
])('seed %d gives the same numbers on every platform', (seed, numbers) => {
  const random = seededRandom(seed);
  expect(numbers.map(() => random())).toEqual(numbers);
});

it("has the paper's seed as its default", () => {
  expect(PAPER_SEED).toBe(4242);
  expect(seededRandom()()).toBe(seededRandom(4242)());
});

it('tells seeds apart that differ by 2^32, and is uniform', () => {
  expect(seededRandom(1)()).not.toBe(seededRandom(1 + 2 ** 32)());
  const random = seededRandom(3);
  const counts = new Int32Array(10);
  for (let i = 0; i < 10_000; i++) counts[Math.floor(random() * 10)]++;
  // Chi-squared with 9 degrees of freedom stays below 27.9 in 999 of 1000 runs; this one is fixed.
  expect(counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
});

it.each([-1, 0.5, Number.NaN, 2 ** 53, '7' as never])('refuses seed %s', (seed) => {
  let caught: unknown;
  try {
    seededRandom(seed);
  } catch (error) {
    caught = error;
  }
  expect(isClicksegError(caught, 'invalid-option')).toBe(true);
  expect(String(caught)).toContain(String(seed));
});

it('is one source for all calls that are given none, so that no two of them take the same number', async () => {
  vi.resetModules();
  const fresh = await import('../src/index.ts');
  // All inside and no frame: each pixel alike, so that a click says its number to one part in 10,000.
  const row = { data: new Uint8Array(10_000).fill(1), shape: [1, 10_000] };
  const random = seededRandom();
  for (let k = 0; k < 5; k++) {
    const clicks = [
      ...fresh.initialClicks(row),
      fresh.nextClick(row, undefined),
      ...fresh.initialClicks(row, { place: 'kth-largest' }),
    ];
    expect(clicks.map((c) => c?.x)).toEqual([1, 2, 3].map(() => Math.floor(random() * 10_000)));
  }
});

it.each([
  ['null', null],
  ['text', '0.5'],
  ['a boolean', false],
  ['a list', [0.5]],
  ['a promise', Promise.resolve(0.5)],
  ['1', 1],
  ['below 0', -1e-9],
])('refuses a source that gives %s', (_, value) => {
  const row = { data: new Uint8Array(4).fill(1), shape: [2, 2] };
  const random = () => value as never;
  for (const act of [
    () => nextClick(row, undefined, { random }),
    () => initialClicks(row, { random }),
    () => drawInteractions(2, random),
  ]) {
    expect(act).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  }
});
