import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../src/remote/index.ts';

const golden = JSON.parse(readFileSync(new URL('../../fixtures/half.json', import.meta.url), 'utf8'));
const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
const sha256 = (array: Float32Array | Uint16Array) =>
  createHash('sha256')
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest('hex');

const isNotANumber = (half: number) => (half & 0x7fff) > 0x7c00;

/** By the definition of binary16: (-1)^s 2^(e-15) (1 + m/1024), subnormal below. */
function byDefinition(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? 2 ** -14 * fraction : 2 ** (exponent - 15) * (1 + fraction));
}

describe('fromHalf', () => {
  it('widens every one of the 65,536 halves as the standard defines it', () => {
    const values = fromHalf(all);
    const wrong = [...all].filter((half) => !Object.is(values[half], byDefinition(half)));
    expect(wrong).toEqual([]);
  });

  it('equals NumPy to the bit', () => {
    expect(sha256(fromHalf(all))).toBe(golden.widened);
  });
});

describe('toHalf', () => {
  it('gives every half back from its float, NaN as a quiet one', () => {
    expect(toHalf(fromHalf(all))).toEqual(all.map((half) => (isNotANumber(half) ? half | 0x200 : half)));
  });

  it('rounds as NumPy does: scattered floats, and every midpoint of neighbours with both sides of it', () => {
    const scattered = new Float32Array(Uint32Array.from(all, (i) => i * 65537 + 1).buffer);
    const finite = Array.from({ length: 0x7c00 }, (_, i) => byDefinition(i));
    const middle = Float32Array.from(finite, (value, i) => (value + (finite[i + 1] ?? 65536)) / 2);
    const beside = (step: number) =>
      new Float32Array(new Uint32Array(middle.buffer).map((bits) => bits + step).buffer);
    const [below, above] = [beside(-1), beside(1)];
    const floats = new Float32Array(65536 + 6 * 0x7c00);
    floats.set(scattered);
    [below, middle, above, ...[below, middle, above].map((f) => f.map((v) => -v))].forEach((part, i) => {
      floats.set(part, 65536 + i * 0x7c00);
    });
    expect(sha256(toHalf(floats).map((half) => (isNotANumber(half) ? 0x7e00 : half)))).toBe(golden.rounded);
  });

  it.each([
    // value, bits
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [3e38, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -25, 0],
    [2 ** -25 * (1 + 2 ** -23), 1],
    [-0, 0x8000],
    [1e-45, 0],
  ])('rounds %d to the bits %i', (value, half) => {
    expect(toHalf(Float32Array.of(value))).toEqual(Uint16Array.of(half));
  });

  it('reads a view at its offset and leaves it as it is', () => {
    const floats = Float32Array.of(9, 1, -2);
    expect(toHalf(floats.subarray(1))).toEqual(Uint16Array.of(0x3c00, 0xc000));
    expect(floats).toEqual(Float32Array.of(9, 1, -2));
  });
});

it.each([undefined, null, [1], new Float64Array(1)])('%s are neither floats nor halves', (data) => {
  const code = expect.objectContaining({ code: 'invalid-array' });
  expect(() => toHalf(data as never)).toThrow(code);
  expect(() => fromHalf(data as never)).toThrow(code);
});
