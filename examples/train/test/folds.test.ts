import type { DatasetCase } from '@clickseg/example-dataset/node';
import { describe, expect, it } from 'vitest';
import { patientFolds } from '../src/folds.ts';

const cases = Array.from({ length: 11 }, (_, i) => ({
  case: `c${i}`,
  // Two cases of every patient, the last alone.
  patient: `p${Math.floor(i / 2)}`,
})) as unknown as DatasetCase[];

describe('patientFolds', () => {
  it('tests every case once, never trains on its patient, and deals evenly', () => {
    const folds = patientFolds(cases, 3, 1);
    expect(folds.flatMap(({ test }) => test.map((c) => c.case)).sort()).toEqual(
      cases.map((c) => c.case).sort(),
    );
    for (const { train, test } of folds) {
      const seen = new Set(train.map((c) => c.patient));
      expect(test.some((c) => seen.has(c.patient))).toBe(false);
      expect(new Set(test.map((c) => c.patient)).size).toBe(2);
      expect(train.length + test.length).toBe(cases.length);
    }
  });

  it('depends on the seed alone, not on the order of the cases', () => {
    const names = (list: readonly DatasetCase[], seed: number) =>
      patientFolds(list, 3, seed).map(({ test }) => test.map((c) => c.case).sort());
    expect(names([...cases].reverse(), 1)).toEqual(names(cases, 1));
    expect([2, 3, 4].some((seed) => String(names(cases, seed)) !== String(names(cases, 1)))).toBe(true);
  });

  it('refuses more folds than patients, and one', () => {
    expect(() => patientFolds(cases, 7, 1)).toThrow(/7 folds of 6 patients/);
    expect(() => patientFolds(cases, 1, 1)).toThrow(/1 folds/);
  });
});
