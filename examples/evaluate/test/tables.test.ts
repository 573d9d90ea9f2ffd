import { describe, expect, it } from 'vitest';
import { tableHtml } from '../src/report/html.ts';
import { abstractOf } from '../src/report/overview.ts';
import { spansOf, type Table, tableCsv, tableMarkdown } from '../src/report/table.ts';
import type { TableContext } from '../src/report/table-context.ts';
import type { Measure } from '../src/tally/measures.ts';

const estimate = (mean: number, low?: number, high?: number, undefinedCount = 0) => ({
  mean,
  low,
  high,
  count: 10,
  undefinedCount,
  patients: 2,
});
const table: Table = {
  name: 't',
  title: 'T <1>',
  note: 'n',
  own: 'net',
  columns: [
    { key: 'data', label: 'data', merge: true },
    { key: 'patients', label: 'patients', digits: 0, merge: true },
    { key: 'method', label: 'method' },
    { key: 'hd', label: 'HD', digits: 2 },
  ],
  rows: [
    { data: 'a', patients: 2, method: 'net', hd: estimate(1.234, 1, 2, 3) },
    { data: 'a', patients: 2, method: 'disk', hd: estimate(7) },
    { data: 'a', patients: 3, method: 'disk', hd: undefined },
    { data: 'b', patients: 3, method: 'net', hd: estimate(Number.NaN) },
  ],
};

describe('a table', () => {
  it('says once what repeats the row above, within what repeats to the left of it', () => {
    expect(spansOf(table, 'data')).toEqual([3, 0, 0, 1]);
    expect(spansOf(table, 'patients')).toEqual([2, 0, 1, 1]);
    expect(spansOf(table, 'method')).toEqual([1, 1, 1, 1]);
  });

  it('as HTML fills every row to the same width, and escapes words', () => {
    const html = tableHtml(table);
    const body = html.split('<tbody>')[1];
    const open = [0, 0, 0, 0];
    for (const row of body.match(/<tr.*<\/tr>/g) ?? []) {
      const cells = [...row.matchAll(/<td [^>]*?(?:rowspan="(\d+)")?>/g)].map((m) => Number(m[1] ?? 1));
      for (let c = 0; c < 4; c++) open[c] = open[c] > 0 ? open[c] - 1 : (cells.shift() ?? Number.NaN) - 1;
      expect(cells).toEqual([]);
      for (const left of open) expect(left).toBeGreaterThanOrEqual(0);
    }
    expect(html).toContain('<h3>T &lt;1&gt;</h3>');
    expect(body).toMatch(/<tr class="own">.*1\.23 <span class="i">\(1\.00–2\.00\) \[3 undef\.\]<\/span>/);
    expect(body).toMatch(/<tr class="own block">.*n\/a/);
  });

  it('as Markdown and CSV repeats everything', () => {
    expect(tableMarkdown(table)).toContain('| a | 2 | disk | 7.00 |');
    const [head, first] = tableCsv(table).split('\r\n');
    expect(head).toBe('data,patients,method,hd,hd_low,hd_high,hd_n,hd_undefined,hd_patients');
    expect(first).toBe('a,2,net,1.234,1,2,10,3,2');
  });

  it('without rows keeps its head in CSV', () => {
    expect(tableCsv({ ...table, rows: [] })).toBe('data,patients,method,hd\r\n');
  });
});

it('the abstract has the first, the table and the last number of clicks', () => {
  const means: Record<number, number> = { 1: 0.5, 5: 0.75, 15: 1 };
  const context = {
    tally: { clicks: [1, 2, 5, 15], tableClicks: 5, cells: [{ group: 'a' }, { group: 'b' }] },
    methods: ['net', 'disk'],
    measures: { of: (_: Measure, n: number) => estimate(means[n], means[n] - 0.1, means[n] + 0.1) },
  } as unknown as TableContext;
  expect(abstractOf(context)).toBe(
    'net, 10 structures on slices of 2 patients in 2 data sets: mean Dice 0.500 (0.400–0.600) after 1 click, 0.750 (0.650–0.850) after 5 clicks and 1.000 (0.900–1.100) after 15 clicks.',
  );
});
