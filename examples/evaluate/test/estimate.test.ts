import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import { COVERAGE, estimate, patientDraws, quantile } from '../src/tally/estimate.ts';

const patient = (name: string, sum: number, count: number, undefinedCount = 0) => ({
  patient: name,
  sum,
  count,
  undefinedCount,
});
const draws = patientDraws(4242);

describe('an estimate', () => {
  it('weighs patients by their slices and draws them whole', () => {
    // Five of 10 slices that score 0, one of 150 that score 1.
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => patient(name, 0, 10));
    const found = estimate([...five, patient('f', 150, 150)], 1, draws);
    expect(found.mean).toBe(0.75);
    // The last is drawn n of six times with chances that are binomial, p 1/6: never in 33 %, four times or more in 0.9 %,
    // three times or more in 6 %.
    expect([found.low, found.high]).toEqual([0, 450 / 480]);
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

  it('has no interval of fewer than six patients, which would hold the mean too seldom', () => {
    const of = (n: number) =>
      estimate(
        Array.from({ length: n }, (_, i) => patient(`p${i}`, i, 1)),
        1,
        draws,
      );
    expect([of(5).low, of(5).high]).toEqual([undefined, undefined]);
    expect(of(6).low).toBeLessThan(2.5);
    // How often: means of normal patients, whose true one is 0.
    const random = seededRandom(3);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (const [n, percent] of COVERAGE) {
      let holds = 0;
      for (let k = 0; k < 1000; k++) {
        const sums = Array.from({ length: n }, (_, i) => patient(`p${i}`, normal(), 1));
        const { low = 0, high = 0 } = estimate(sums, 1, draws);
        if (low <= 0 && high >= 0) holds++;
      }
      // Three standard deviations of 1,000 tries.
      expect(Math.abs(holds / 10 - percent)).toBeLessThan(3.2);
    }
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
