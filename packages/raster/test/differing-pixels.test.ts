import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BOTH, simd } from './both.ts';

/** By definition, one pixel at a time. */
const brute = (a: Uint8Array, b: Uint8Array) => {
  const list: number[] = [];
  for (let i = 0; i < a.length; i++) {
    if ((a[i] !== 0) !== (b[i] !== 0)) list.push(a[i] !== 0 ? i : -1 - i);
  }
  return list;
};

test.each(BOTH)('%s: every pixel in which two masks differ, whatever their length and place', (_, way) => {
  const values = fc.constantFrom(0, 0, 0, 1, 128, 255);
  const pairs = fc.integer({ min: 0, max: 200 }).chain((n) => {
    const mask = fc.array(values, { minLength: n, maxLength: n });
    return fc.tuple(mask, mask, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }));
  });
  fc.assert(
    fc.property(pairs, ([p, q, i, j]) => {
      const a = Uint8Array.from([...Array(i).fill(7), ...p, 9]).subarray(i, i + p.length);
      const b = Uint8Array.from([...Array(j).fill(7), ...q, 0]).subarray(j, j + q.length);
      expect([...way.differingPixels(a, b)]).toEqual(brute(a, b));
    }),
    { seed: 4242, numRuns: 200 },
  );
});

test.each(BOTH)('%s: masks beyond one piece, and lists that outgrow their memory', (_, way) => {
  const n = 2 ** 19 + 77;
  const a = new Uint8Array(new SharedArrayBuffer(n)).fill(1);
  const b = Uint8Array.from(a, (_v, i) => (i % 3 === 0 ? 0 : 1));
  a[n - 1] = 0;
  const want = brute(a, b);
  const list = way.differingPixels(a, b);
  expect(list).toHaveLength(want.length);
  expect(list.every((v, k) => v === want[k])).toBe(true);
  expect(way.differingPixels(b, b)).toHaveLength(0);
});

test('refuses what is not two byte masks of one length', () => {
  const { differingPixels } = simd;
  expect(() => differingPixels(new Uint8Array(3), new Uint8Array(4))).toThrow('lengths 3 and 4');
  expect(() => differingPixels([0, 1] as unknown as Uint8Array, new Uint8Array(2))).toThrow('not Uint8Array');
});
