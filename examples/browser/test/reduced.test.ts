import { expect, it } from 'vitest';
import { reduced, reduction } from '../src/viewer/reduced.ts';

it.each([
  [2048, [2048, 30], 1],
  [2048, [2049, 30], 2],
  [2048, [30, 4097], 3],
  [Number.POSITIVE_INFINITY, [9000, 9000], 1],
])('of at most %i a side of %j is reduced by %i', (most, sides, factor) => {
  expect(reduction(most, ...sides)).toBe(factor);
});

it('means each block, at the edges of as many pixels as there are', () => {
  // 3 rows of 5.
  const data = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect([...reduced(data, [3, 5], 2)]).toEqual([4, 6, 7.5, 11.5, 13.5, 15]);
  // Whole numbers are rounded, negative ones too.
  expect([...reduced(Int16Array.from([-3, -3, -3, -4]), [2, 2], 2)]).toEqual([-3]);
  expect([...reduced(Uint8Array.from([1, 2, 2, 2]), [2, 2], 2)]).toEqual([2]);
});

it('leaves what fits as it is', () => {
  const data = new Uint8Array(6);
  expect(reduced(data, [2, 3], 1)).toBe(data);
});
