import { describe, expect, it } from 'vitest';
import { estimate, patientDraws, quantile } from '../src/tally/estimate.ts';

const patient = (name: string, sum: number, count: number, undefinedCount = 0) => ({
  patient: name,
  sum,
  count,
  undefinedCount,
});
const draws = patientDraws(4242);

describe('an estimate', () => {
  it('weighs patients by their slices and draws them whole', () => {
    const found = estimate([patient('a', 0, 10), patient('b', 30, 30)], 1, draws);
    expect(found.mean).toBe(0.75);
    // Both draws the same patient in one of four: beyond 2.5 % on either side.
    expect([found.low, found.high]).toEqual([0, 1]);
  });

  it('is near the interval that theory gives for many alike', () => {
    // 400 patients, half 0 and half 1: the mean's deviation is 0.5 / 20.
    const many = Array.from({ length: 400 }, (_, i) => patient(`p${i}`, i % 2, 1));
    const { low, high } = estimate(many, 1, draws);
    expect(low).toBeGreaterThan(0.5 - 1.96 * 0.025 - 0.008);
    expect(low).toBeLessThan(0.5 - 1.96 * 0.025 + 0.008);
    expect(high).toBeGreaterThan(0.5 + 1.96 * 0.025 - 0.008);
    expect(high).toBeLessThan(0.5 + 1.96 * 0.025 + 0.008);
  });

  it('has no interval for one patient, and counts what is undefined', () => {
    const found = estimate([patient('a', 5, 10, 2), patient('b', 0, 0, 7)], 10, draws);
    expect(found).toEqual({
      mean: 0.05,
      low: undefined,
      high: undefined,
      count: 10,
      undefinedCount: 9,
      patients: 1,
    });
  });

  it('is not a number where nothing is defined', () => {
    expect(estimate([patient('a', 0, 0, 3)], 1, draws).mean).toBeNaN();
  });
});

it('quantiles lie between neighbours in proportion', () => {
  // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 1])
  expect([0, 0.1, 0.5, 1].map((q) => quantile([1, 2, 4, 8], q))).toEqual([1, 1.3, 3, 8]);
});
