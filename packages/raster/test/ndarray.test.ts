import { expect, test } from 'vitest';
import { chamferDistance, crop, euclideanDistance } from '../src/index.ts';
import { toNdarray } from '../src/ndarray.ts';

test('a result becomes an ndarray over the same memory', () => {
  const field = euclideanDistance({ data: Uint8Array.of(0, 1, 1, 0, 1, 1), shape: [2, 3] });
  const array = toNdarray(field);
  expect(array.data).toBe(field.data);
  expect(array.get(1, 2)).toBe(2);
  expect(chamferDistance(array.transpose(1, 0)).shape).toEqual([3, 2]);
});

test('a cropped view keeps its strides and offset', () => {
  const whole = { data: Uint8Array.from({ length: 20 }, (_, i) => i), shape: [4, 5] };
  const part = toNdarray(crop(whole, { start: [1, 2], shape: [2, 3] }));
  expect(part.shape).toEqual([2, 3]);
  expect([part.get(0, 0), part.get(1, 2)]).toEqual([7, 14]);
});
