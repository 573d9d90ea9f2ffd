import { describe, expect, it } from 'vitest';
import { estimate, groupedBars, lines } from '../src/figures.ts';

const chart = {
  title: 'Dice < 1 & more',
  xLabel: 'test clicks',
  groups: ['1', '5'],
  series: [
    { name: 'K = 1', values: [{ mean: 0.5, halfWidth: 0.1 }, undefined] },
    {
      name: 'K = 5',
      values: [
        { mean: 0.25, halfWidth: 0 },
        { mean: 1, halfWidth: 0 },
      ],
    },
  ],
  most: 1,
};

describe('grouped bars', () => {
  it('draw heights in proportion, and a gap where there is no value', () => {
    const svg = groupedBars(chart);
    const heights = [...svg.matchAll(/height="([\d.]+)" fill="#(?:0b4f8a|d98b1f)"/g)].map((m) =>
      Number(m[1]),
    );
    // Three bars, then the legend's two squares stand elsewhere with a height of 11.
    const bars = heights.filter((h) => h !== 11);
    expect(bars).toHaveLength(3);
    expect(bars[0] / bars[1]).toBeCloseTo(2, 1);
    expect(bars[2] / bars[1]).toBeCloseTo(4, 1);
    expect(svg).toContain('Dice &lt; 1 &amp; more');
  });
});

describe('lines', () => {
  it('go through the values that there are', () => {
    const points = [...lines(chart).matchAll(/<polyline points="([^"]*)"/g)].map((m) => m[1].split(' '));
    expect(points.map((p) => p.length)).toEqual([1, 2]);
    const [first, second] = points[1].map((p) => Number(p.split(',')[1]));
    expect(first).toBeGreaterThan(second);
  });
});

describe('estimate', () => {
  const of = (...values: [number, string][]) =>
    estimate(values.map(([value, patient]) => ({ value, patient })));

  it('is the mean with Student’s t times the standard error where every patient has one value', () => {
    // Deviation of 1, 2, 3 is 1; its standard error 1 / sqrt 3; t for two degrees of freedom 4.303.
    const { mean, halfWidth } = of([1, 'a'], [2, 'b'], [3, 'c'])!;
    expect(mean).toBe(2);
    expect(halfWidth).toBeCloseTo(4.302653 / Math.sqrt(3), 3);
    expect(of()).toBeUndefined();
  });

  it('counts patients, not structures: the same value ten times over says nothing more', () => {
    const ten = (value: number, patient: string) =>
      Array.from({ length: 10 }, (): [number, string] => [value, patient]);
    const often = of(...ten(1, 'a'), ...ten(2, 'b'), ...ten(3, 'c'))!;
    expect(often.halfWidth).toBeCloseTo(of([1, 'a'], [2, 'b'], [3, 'c'])!.halfWidth, 12);
    expect(of(...ten(1, 'a'))!.halfWidth).toBeNaN();
  });

  it.each([
    [1, 12.7062],
    [3, 3.1824],
    [4, 2.7764],
    [9, 2.2622],
    [30, 2.0423],
  ])('takes t for %i degrees of freedom from the table', (freedom, t) => {
    // Alternating values of one patient each: deviation and mean are known, t is left.
    const values = Array.from({ length: freedom + 1 }, (_, i): [number, string] => [i % 2, `p${i}`]);
    const n = values.length;
    const mean = values.reduce((sum, [v]) => sum + v, 0) / n;
    const error = Math.sqrt(values.reduce((sum, [v]) => sum + (v - mean) ** 2, 0) / (n - 1) / n);
    expect(of(...values)!.halfWidth / error / t).toBeCloseTo(1, 3);
  });
});
