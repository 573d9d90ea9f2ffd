import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { model } from '../model.js';

// The card's figures are copied by hand from what `docs/results/evaluate.sh` wrote: nothing else keeps them true.
const read = (path: string) => readFileSync(new URL(path, import.meta.url));
const card = read('../README.md').toString();
const results = '../../../docs/results/val';

/** A CSV's rows of the model, by data set and the columns' names. */
function rowsOf(name: string): Record<string, string>[] {
  const [head, ...lines] = read(`${results}/tables/${name}.csv`).toString().trim().split('\n');
  const columns = head.split(',');
  return lines
    .map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i], cell])))
    .filter((row) => row['method'] === 'clickseg-ct');
}

/** The cells of the table under a heading row, a row a group. */
function tableOf(heading: string): string[][] {
  const [, rest] = card.split(`${heading}\n`);
  const lines = rest.split('\n\n')[0].split('\n').slice(1);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the card's figures", () => {
  const scores = rowsOf('scores-by-clicks');

  it('are of the weights in the package', () => {
    expect(read(`${results}/report.md`).toString()).toContain(`SHA-256 ${model.sha256}`);
  });

  it('are the Dice of the report', () => {
    const table = tableOf('| group | structures | 1 click | 2 clicks | 5 clicks | 10 clicks | 15 clicks |');
    expect(table).toHaveLength(8);
    for (const [group, structures, ...dice] of table) {
      const rows = scores.filter((row) => row['data'] === group);
      expect(rows.map((row) => row['clicks'])).toEqual(['1', '2', '5', '10', '15']);
      expect(rows[0]['structures']).toBe(structures);
      expect(dice.map((cell) => cell.split(' ')[0])).toEqual(
        rows.map((row) => Number(row['dice']).toFixed(3)),
      );
    }
  });

  const second =
    '| group | HD, mm | MAD, mm | clicks to an IoU of 0.85 (never) | to an IoU of 0.90 (never) | falls, of clicks | slices with one |';

  it('are the distances and numbers of clicks of the report', () => {
    const targets = rowsOf('clicks-to-target');
    expect(tableOf(second)).toHaveLength(8);
    for (const [group, hd, mad, at85, at90] of tableOf(second)) {
      const after5 = scores.find((row) => row['data'] === group && row['clicks'] === '5')!;
      const target = targets.find((row) => row['data'] === group)!;
      const percent = (name: string) => `(${Math.round(100 * Number(target[name]))} %)`;
      expect([group, hd.replace(' px', ''), mad.replace(' px', ''), at85, at90]).toEqual([
        group,
        Number(after5['hausdorff']).toFixed(1),
        Number(after5['meanDistance']).toFixed(2),
        `${Number(target['noc@85']).toFixed(1)} ${percent('failures@85')}`,
        `${Number(target['noc@90']).toFixed(1)} ${percent('failures@90')}`,
      ]);
    }
  });

  it('are the falls of the interactions', () => {
    const lines = gunzipSync(read(`${results}/interactions.jsonl.gz`))
      .toString()
      .trim()
      .split('\n');
    const interactions = lines
      .map((line) => JSON.parse(line))
      .filter((each) => each.method === 'clickseg-ct');
    for (const cells of tableOf(second)) {
      const [group, falls, slices] = [cells[0], cells[5], cells[6]];
      const own = interactions.filter((each) => each.group === group);
      // Once nothing is wrong there are no more clicks, and Dice stays at 1: no falls.
      const counts = own.map(
        ({ dice }: { dice: number[] }) => dice.filter((d, i) => i > 0 && d < dice[i - 1] - 0.05).length,
      );
      const sum = counts.reduce((a, b) => a + b, 0);
      expect([group, falls, slices]).toEqual([
        group,
        `${((100 * sum) / (14 * own.length)).toFixed(1)} %`,
        `${Math.round((100 * counts.filter((n) => n > 0).length) / own.length)} %`,
      ]);
    }
  });
});
