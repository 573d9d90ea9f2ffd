import { isClicksegError } from '@clickseg/raster';
import { expect, it } from 'vitest';
import { drawInteractions, interactionProbability, seededRandom } from '../src/index.ts';

const rates = (K: number, reading: 'independent' | 'number') => {
  const random = seededRandom(9);
  const n = 4000;
  const sums = new Array<number>(K).fill(0);
  for (let i = 0; i < n; i++) {
    const taken = drawInteractions(K, random, { reading });
    for (let k = 0; k < K; k++) sums[k] += taken[k] ? 1 : 0;
  }
  return sums.map((s) => s / n);
};

it('falls linearly from 1 to 1 / K, and to 0 beyond', () => {
  expect(interactionProbability(0, 4)).toBe(1);
  expect(interactionProbability(1, 4)).toBe(0.75);
  expect(interactionProbability(3, 4)).toBe(0.25);
  expect(interactionProbability(4, 4)).toBe(0);
  expect(interactionProbability(9, 4)).toBe(0);
});

it('independent draws take place with 1 - k / K, each on its own', () => {
  rates(5, 'independent').forEach((r, k) => {
    expect(Math.abs(r - (1 - k / 5))).toBeLessThan(0.04);
  });
  const values = [0, 0.9, 0.1];
  expect(drawInteractions(3, () => values.shift() as number)).toEqual([true, false, true]);
});

it('a drawn number is any of 0 to K, and comes without gaps', () => {
  rates(5, 'number').forEach((r, k) => {
    expect(Math.abs(r - (5 - k) / 6)).toBeLessThan(0.04);
  });
  expect(drawInteractions(3, () => 0, { reading: 'number' })).toEqual([false, false, false]);
  expect(drawInteractions(3, () => 0.74, { reading: 'number' })).toEqual([true, true, false]);
  expect(drawInteractions(3, () => 0.76, { reading: 'number' })).toEqual([true, true, true]);
});

it.each([
  [() => interactionProbability(-1, 4), '-1'],
  [() => interactionProbability(0.5, 4), '0.5'],
  [() => interactionProbability(0, 0), '0'],
  [() => drawInteractions(2.5, () => 0), '2.5'],
  [() => drawInteractions(1e10, () => 0), '10000000000 is more than 1000000'],
  [() => drawInteractions(1e10, () => 0, { reading: 'number' }), '10000000000 is more than 1000000'],
  [() => drawInteractions(2, () => 0, { reading: 'both' as never }), '"both"'],
])('refuses what is no schedule: %#', (act, value) => {
  let caught: unknown;
  try {
    act();
  } catch (error) {
    caught = error;
  }
  expect(isClicksegError(caught, 'invalid-option')).toBe(true);
  expect(String(caught)).toContain(value);
});
