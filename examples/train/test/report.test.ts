import { describe, expect, it } from 'vitest';
import { diceTable } from '../src/dice-table.ts';
import { lossCurve } from '../src/loss-curve.ts';
import { diceCurve } from '../src/measure-command.ts';
import { stepMeans } from '../src/step-means.ts';
import { structureNames } from '../src/structure-names.ts';
import { step } from './step.ts';

describe('the Dice table', () => {
  it('averages each group at the clicks of the paper', () => {
    const rising = Array.from({ length: 15 }, (_, i) => (i + 1) / 20);
    const flat = new Array(15).fill(0.5);
    const at = { case: 'c', patient: 'p', slice: 0, label: 1 };
    const table = diceTable([
      { ...at, group: 'liver', dice: rising },
      { ...at, group: 'liver', dice: flat },
      { ...at, group: 'chest', dice: flat },
    ]);
    expect(table.split('\n')[2]).toBe('| liver | 2 | 0.275 | 0.300 | 0.375 | 0.500 | 0.625 |');
    expect(table.split('\n')[3]).toBe('| chest | 1 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 |');
  });
});

describe('the Dice table of several structures', () => {
  it('has a row for each below their group, by the names that the folder gives', () => {
    const at = { group: 'mouth', case: 'c', patient: 'p', slice: 0 };
    const dice = (value: number) => new Array(15).fill(value);
    const results = [
      { ...at, label: 9, dice: dice(0.25) },
      { ...at, label: 2, dice: dice(0.5) },
      { ...at, label: 2, dice: dice(1) },
      { ...at, group: 'ear', label: 2, dice: dice(1) },
    ];
    const names = structureNames([
      { group: 'mouth', labels: { 'a|b': 2 } },
      { group: 'mouth', labels: { tongue: 2 } },
      { group: 'ear', labels: { drum: 2 } },
    ]);
    const rows = diceTable(results, names).split('\n').slice(2);
    expect(rows.map((row) => row.split(/ \| (?=[01]\.)/).slice(0, 2))).toEqual([
      ['| mouth | 3', '0.583'],
      ['| mouth: a\\|b / tongue | 2', '0.750'],
      ['| mouth: label 9 | 1', '0.250'],
      ['| ear | 1', '1.000'],
    ]);
  });
});

describe('the Dice curve', () => {
  it('draws a line a group through every click, higher Dice higher', () => {
    const at = { case: 'c', patient: 'p', slice: 0, label: 1 };
    const svg = diceCurve([
      { ...at, group: 'liver', dice: [0.5, 0.75, 1] },
      { ...at, group: 'chest', dice: [0.25, 0.25, 0.25] },
    ]);
    const heights = [...svg.matchAll(/<polyline points="([^"]*)"/g)].map((m) =>
      m[1].split(' ').map((point) => Number(point.split(',')[1])),
    );
    expect(heights.map((h) => h.length)).toEqual([3, 3]);
    expect(heights[0][0]).toBeGreaterThan(heights[0][2]);
    expect(heights[1][0]).toBeGreaterThan(heights[0][0]);
  });
});

describe('means of neighbouring steps', () => {
  it('stand under the last step of each, and stay when they are taken again', () => {
    const steps = [0.9, 0.5, 0.4, 0.2, 0.1].map((loss, i) => step(i + 1, loss));
    const means = stepMeans(steps, 2);
    expect(means.map((s) => s.step)).toEqual([2, 4, 5]);
    expect(means.map((s) => s.samples)).toEqual([32, 64, 80]);
    [0.7, 0.3, 0.1].forEach((loss, i) => {
      expect(means[i].loss).toBeCloseTo(loss, 12);
    });
    expect(stepMeans(means, 2)).toEqual(means);
  });
});

describe('the loss curve', () => {
  it('draws at most 1,500 dots of a long run', () => {
    const svg = lossCurve(Array.from({ length: 20_000 }, (_, i) => step(i + 1, 0.5)));
    const dots = [...svg.matchAll(/<circle/g)].length;
    expect(dots).toBeGreaterThan(1000);
    expect(dots).toBeLessThanOrEqual(1500);
  });

  it.each([
    [1, ['0', '5', '10', '15']],
    [3, ['0', '10', '20', '30', '40']],
    [60, ['0', '200', '400', '600', '800']],
    [800, ['0', '2,000', '4,000', '6,000', '8,000', '10,000', '12,000']],
  ])('marks whole samples at even distances, of %i steps', (count, ticks) => {
    const svg = lossCurve(Array.from({ length: count }, (_, i) => step(i + 1, 0.5)));
    const marks = [...svg.matchAll(/<text x="([\d.]+)" y="348"[^>]*>([\d,]+)</g)];
    expect(marks.map((m) => m[2])).toEqual(ticks);
    const places = marks.map((m) => Number(m[1]));
    for (let i = 2; i < places.length; i++)
      expect(places[i] - places[i - 1]).toBeCloseTo(places[1] - places[0], 0);
  });

  it('draws every step, higher losses higher', () => {
    const svg = lossCurve([step(1, 0.9), step(2, 0.5), step(3, 0.1)]);
    const heights = [...svg.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map((m) => Number(m[1]));
    expect(heights).toHaveLength(3);
    expect(heights[0]).toBeLessThan(heights[1]);
    expect(heights[1]).toBeLessThan(heights[2]);
  });

  it.each([
    [[0.16, 0.14], '0.2', 0.16 / 0.2],
    [[0.04, 0.05], '0.05', 0.04 / 0.05],
    [[0.9, 0.7], '1', 0.9],
  ])('ends its axis above the largest mean of the losses %j: at %s', (losses, top, share) => {
    const svg = lossCurve(losses.map((loss, i) => step(i + 1, loss)));
    // The plot lies between 40 and 328, as its grid lines say.
    const lines = [...svg.matchAll(/d="M62 ([\d.]+)H.*?<text [^>]*>([\d.]+)</g)];
    expect(lines.map((m) => Number(m[1])).sort((a, b) => a - b)[0]).toBe(40);
    expect(lines.at(-1)?.[2]).toBe(top);
    const [, first] = svg.match(/<polyline points="[\d.]+,([\d.]+)/)!;
    expect(Number(first)).toBeCloseTo(328 - 288 * share, 0);
  });
});
