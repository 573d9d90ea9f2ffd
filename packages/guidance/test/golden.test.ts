import { type GoldenArray, type GoldenCase, loadGolden } from '@clickseg/golden';
import { describe, expect, it } from 'vitest';
import { type Click, renderGuidance } from '../src/index.ts';

const CHANNELS = [
  ['pos', 'foreground'],
  ['neg', 'background'],
] as const;
const cases = loadGolden('guidance');
// MONAI clamps coordinates that are too high and drops negative ones; here both are errors.
const inside = cases.filter((c) => c.id !== 'g16_out_of_range');

function clicksOf({ params }: GoldenCase): Click[] {
  return CHANNELS.flatMap(([key, label]) =>
    params[key].map((p: number[]) => ({ x: p.at(-1)!, y: p.at(-2)!, z: p.at(-3), label })),
  );
}

/** Largest difference from what the peer stored: all pixels, or those at the stored positions. */
function off(map: ArrayLike<number>, c: GoldenCase, name: string): number {
  const all = c.arrays[name];
  const index = c.arrays[`${name}_idx`]?.data;
  const values = (all ?? c.arrays[`${name}_val`]) as GoldenArray;
  let worst = 0;
  for (let i = 0; i < values.data.length; i++) {
    const expected = values.data[i];
    // MONAI divides by zero on 1 x 1; zeros are the convention here.
    const want = Number.isNaN(expected) ? 0 : expected;
    worst = Math.max(worst, Math.abs(map[index ? index[i] : i] - want));
  }
  return worst;
}

describe.each(inside.map((c) => [c.id, c] as const))('%s', (_, c) => {
  const { shape, sigma } = c.params;
  const size = shape.reduce((a: number, b: number) => a * b, 1);

  it.each([
    ['scipy_constant_norm', 'sampled', 'float64', 1e-12],
    ['scipy_constant_norm', 'sampled', 'float32', 2e-6],
    ['monai_norm', 'erf', 'float32', 2e-6],
    ['monai_norm', 'erf', 'float64', 2e-6],
  ] as const)('is the answer of %s (%s, %s)', (peer, kernel, dtype, tolerance) => {
    const { data } = renderGuidance(clicksOf(c), { shape, sigma, kernel, dtype });
    CHANNELS.forEach(([key], channel) => {
      const map = data.subarray(channel * size, (channel + 1) * size);
      if (c.values[`${key}_empty`]) expect(map.every((v) => v === 0)).toBe(true);
      else expect(off(map, c, `${key}_${peer}`)).toBeLessThanOrEqual(tolerance);
    });
  });
});

it('covers all 24 cases', () => {
  expect(cases).toHaveLength(24);
});

it('refuses the coordinates that MONAI clamps or drops', () => {
  const c = cases.find(({ id }) => id === 'g16_out_of_range')!;
  const { shape, sigma } = c.params;
  expect(() => renderGuidance(clicksOf(c), { shape, sigma })).toThrow(/y 40 is not a pixel in 0 to 31/);
  const [high, negative, fine] = clicksOf(c);
  expect(() => renderGuidance([negative], { shape, sigma })).toThrow(/y -1 is not a pixel/);
  // MONAI's map of all three is that of the two it keeps, one of them clamped to the last row.
  const { data } = renderGuidance([{ ...high, y: 31 }, fine], { shape, sigma, kernel: 'erf' });
  expect(off(data, c, 'pos_monai_norm')).toBeLessThanOrEqual(2e-6);
});
