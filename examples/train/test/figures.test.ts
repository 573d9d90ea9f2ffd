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
  it('is the mean with 1.96 standard errors', () => {
    // Deviation of 1, 2, 3 is 1; its standard error 1 / sqrt 3.
    const { mean, halfWidth } = estimate([1, 2, 3])!;
    expect(mean).toBe(2);
    expect(halfWidth).toBeCloseTo(1.96 / Math.sqrt(3), 12);
    expect(estimate([])).toBeUndefined();
  });
});
