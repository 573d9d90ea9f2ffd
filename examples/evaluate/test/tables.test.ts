import { describe, expect, it } from 'vitest';
import { tableHtml } from '../src/report/html.ts';
import { leftOutWords } from '../src/report/left-out-words.ts';
import { byNaturalOrder } from '../src/report/natural-order.ts';
import { abstractOf } from '../src/report/overview.ts';
import { cellText, spansOf, type Table, tableCsv, tableMarkdown } from '../src/report/table.ts';
import type { TableContext } from '../src/report/table-context.ts';
import { whatDiffers } from '../src/run/compare-headers.ts';
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
    expect(body).toMatch(/<tr class="own">.*1\.23 <span class="i">\(1\.00 to 2\.00\) \[3 undef\.\]<\/span>/);
    expect(body).toMatch(/<tr class="own block">.*n\/a<\/td><\/tr>/);
  });

  it('as Markdown and CSV repeats everything', () => {
    expect(tableMarkdown(table)).toContain('| a | 2 | disk | 7.00 (n/a) |');
    const [head, first] = tableCsv(table).split('\r\n');
    expect(head).toBe('data,patients,method,hd,hd_low,hd_high,hd_n,hd_undefined,hd_patients');
    expect(first).toBe('a,2,net,1.234,1,2,10,3,2');
  });

  it('says that a mean has no interval, and of no mean only that it is none', () => {
    expect(cellText(estimate(0.5))).toBe('0.500 (n/a)');
    expect(cellText(estimate(0.5, undefined, undefined, 2))).toBe('0.500 (n/a) [2 undef.]');
    expect(cellText(estimate(Number.NaN, undefined, undefined, 10))).toBe('n/a [10 undef.]');
  });

  it('says of what rounds to 0 that it is 0, without a sign', () => {
    expect([cellText(-0.0004), cellText(-0), cellText(-0.4, { digits: 0 })]).toEqual(['0.000', '0.000', '0']);
    expect(cellText(estimate(-0.0006, -0.0012, -0.0004))).toBe('-0.001 (-0.001 to 0.000)');
  });

  it('without rows keeps its head in CSV', () => {
    expect(tableCsv({ ...table, rows: [] })).toBe('data,patients,method,hd\r\n');
  });
});

it('names with numbers in them are sorted as people do', () => {
  const names = [
    'label 1',
    'label 1000',
    'label 200',
    'label 7',
    'label',
    'vertebrae_L10',
    'vertebrae_L5',
    '007',
    '7',
  ];
  expect([...names].reverse().sort(byNaturalOrder)).toEqual([
    ...['007', '7', 'label', 'label 1', 'label 7', 'label 200', 'label 1000'],
    ...['vertebrae_L5', 'vertebrae_L10'],
  ]);
});

it('what is left out is counted by image and by structure, each once whatever the methods', () => {
  const image = (name: string, structures?: number) => ({ group: 'g', image: name, structures, reason: 'r' });
  const one = (slice: number, reason: string) => ({ ...image('c', 1), structure: 'liver', slice, reason });
  expect(leftOutWords([one(1, 'm: no'), one(1, 'n: no'), one(2, 'm: no')])).toBe('2 structures on slices');
  expect(leftOutWords([{ ...one(1, 'small'), asked: true }])).toBe('');
  expect(leftOutWords([image('a', 64), image('a', 3), image('b')])).toBe(
    '2 whole images (67 structures on slices, how many structures is not known of 1)',
  );
  expect(leftOutWords([image('b'), one(1, 'm: no')])).toBe(
    '1 whole image (how many structures is not known) and 1 structure on slices of others',
  );
});

it('two runs say in what they differ', () => {
  const about = {
    settings: { clicks: [1, 5], seed: 1, methods: ['model'], limit: undefined as number | undefined },
    models: [{ name: 'net', version: '1.0', sha256: 'a'.repeat(64) }],
    methods: ['net'],
    data: 'x',
    structures: 1,
    chunks: 1,
    groups: [{ group: 'g', source: '', licence: '', spacingKnown: true }],
  };
  const header = (rest: object) => ({ format: 1 as const, run: 'r', about: { ...about, ...rest } });
  const differ = (rest: object) => whatDiffers(header({}), header(rest));
  expect(differ({})).toBe('');
  expect(differ({ settings: { ...about.settings, clicks: [1, 5, 10] } })).toBe('clicks 1,5 and 1,5,10');
  expect(differ({ data: 'y', models: [{ ...about.models[0], sha256: 'b'.repeat(64) }] })).toBe(
    `model net 1.0 (SHA-256 ${'a'.repeat(12)}) and net 1.0 (SHA-256 ${'b'.repeat(12)}); the data: which cases there are, their images or their label maps`,
  );
  // A limit draws other structures: the data need not be others.
  expect(differ({ data: 'y', settings: { ...about.settings, limit: 9 } })).toBe('limit none and 9');
  expect(differ({ groups: [{ ...about.groups[0], licence: 'MIT' }] })).toMatch(/^the groups, or .* licence/);
});

it('the abstract has the first, the table and the last number of clicks', () => {
  const means: Record<number, number> = { 1: 0.5, 5: 0.75, 15: 1 };
  const context = {
    tally: { clicks: [1, 2, 5, 15], tableClicks: 5, cells: [{ group: 'a' }, { group: 'b' }] },
    methods: ['net', 'disk'],
    measures: { of: (_: Measure, n: number) => estimate(means[n], means[n] - 0.1, means[n] + 0.1) },
  } as unknown as TableContext;
  expect(abstractOf(context)).toBe(
    'net, 10 structures on slices of 2 patients in 2 data sets: mean Dice 0.500 (0.400 to 0.600) after 1 click, 0.750 (0.650 to 0.850) after 5 clicks and 1.000 (0.900 to 1.100) after 15 clicks.',
  );
});
