import { expect, it } from 'vitest';
import { erf } from '../src/erf.ts';
import { gaussianKernel } from '../src/kernel.ts';

// Abramowitz and Stegun, table 7.1, and more digits from mpmath's series for the same arguments.
it.each([
  [0, 0],
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.5, 0.999593047982555],
  [3, 0.9999779095030014],
  [4, 0.9999999845827421],
  [7, 1],
])('erf(%d) is the tabled value, and odd', (x, expected) => {
  expect(Math.abs(erf(x) - expected)).toBeLessThan(2e-15);
  expect(erf(-x) + erf(x)).toBe(0);
});

it('has the radius int(4 sigma + 0.5) of SciPy, and at least 1 with erf as MONAI', () => {
  const radius = (sigma: number, kernel: 'sampled' | 'erf') =>
    (gaussianKernel(sigma, kernel, 1000).length - 1) / 2;
  expect([0.1, 0.5, 1.7, 2, 50].map((s) => radius(s, 'sampled'))).toEqual([0, 2, 7, 8, 200]);
  expect([0.1, 0.5, 1.7, 2, 50].map((s) => radius(s, 'erf'))).toEqual([1, 2, 7, 8, 200]);
});

it('is cut to the image without being scaled again', () => {
  const whole = gaussianKernel(3, 'sampled', 1000);
  expect(whole.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  expect(gaussianKernel(3, 'sampled', 2)).toEqual(whole.slice(10, 15));
});
