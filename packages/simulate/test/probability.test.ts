import { isClicksegError, raster } from '@clickseg/raster';
import { expect, it } from 'vitest';
import { clickProbability } from '../src/index.ts';

const of = (...d: number[]) => Array.from(clickProbability(raster(Float64Array.from(d), [1, d.length])).data);

it('is exp(d) - 1 over its sum', () => {
  const w = [Math.E - 1, 0, Math.E ** 2 - 1];
  of(1, 0, 2).forEach((p, i) => {
    expect(p).toBeCloseTo(w[i] / (w[0] + w[2]), 14);
  });
});

it('keeps small distances exact, where exp(d) - 1 cancels', () => {
  const [a, b] = of(1e-12, 3e-12);
  expect(b / a).toBeCloseTo(3, 11);
});

it('keeps large distances finite, where exp(d) overflows', () => {
  const [a, b] = of(5000, 5001);
  expect(b / a).toBeCloseTo(Math.E, 12);
  expect(a + b).toBeCloseTo(1, 14);
});

it('spreads over infinite distances alike, and has nothing to click in a field of zeros', () => {
  const far = Number.POSITIVE_INFINITY;
  expect(of(far, far, 3, far, 0, far)).toEqual([0.25, 0.25, 0, 0.25, 0, 0.25]);
  expect(of(0, 0)).toEqual([0, 0]);
});

it.each([Number.NaN, -1])('refuses %s, naming it', (d) => {
  let caught: unknown;
  try {
    of(1, d);
  } catch (error) {
    caught = error;
  }
  expect(isClicksegError(caught, 'not-finite')).toBe(true);
  expect(String(caught)).toContain(String(d));
});
