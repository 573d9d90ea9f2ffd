import { expect, it } from 'vitest';
import { fixed, formatTable } from '../src/table.ts';

it('lines text up on the left and numbers on the right', () => {
  expect(
    formatTable(
      ['structure', 'mm2'],
      [
        ['aorta', '562'],
        ['left lung', '12345'],
      ],
    ),
  ).toBe(['structure    mm2', '---------  -----', 'aorta        562', 'left lung  12345'].join('\n'));
});

it('prints an undefined or unbounded number as a dash, which still counts as a number', () => {
  expect(fixed(Number.NaN, 2)).toBe('-');
  expect(fixed(Number.POSITIVE_INFINITY, 2)).toBe('-');
  expect(fixed(0.12345, 3)).toBe('0.123');
  expect(formatTable(['x'], [['12.5'], ['-']])).toBe(['   x', '----', '12.5', '   -'].join('\n'));
});
