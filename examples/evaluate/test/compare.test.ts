import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareCommand } from '../src/commands/compare-command.ts';
import { EXIT } from '../src/commands/exit.ts';
import { differenceOf } from '../src/compare/differences.ts';
import { pairUp } from '../src/compare/pairs.ts';
import { patientDraws } from '../src/tally/estimate.ts';
import { scratchFolder } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  scratch = await scratchFolder();
});
afterAll(() => scratch.remove());

/** Twelve structures of six patients; `gain` is what this run has over 0.5. */
function run(
  name: string,
  gain: (n: number) => number,
  rest: {
    clicks?: number[];
    seed?: number;
    skip?: number;
    methods?: string[];
    change?: object;
    about?: object;
    group?: string;
    hausdorff?: (n: number) => number | null;
  } = {},
) {
  const { clicks = [1, 5], seed = 0, skip = -1, methods = ['m'], change, group = 'g' } = rest;
  const { hausdorff = (n) => (n === 3 ? null : 4 - gain(n)) } = rest;
  const about = {
    settings: { clicks, seed: 4242 },
    methods: ['m', 'n'],
    models: [],
    chunks: 0,
    structures: 12,
    data: '',
    groups: [],
    ...rest.about,
  };
  const records = Array.from({ length: 12 * methods.length }, (_, i) => {
    const [n, method] = [i % 12, methods[Math.floor(i / 12)]];
    return {
      image: `i${n}`,
      slice: n,
      structure: 'liver',
      id: 1,
      group: n < 6 ? group : 'g',
      patient: `p${n % 6}`,
      method,
      seed: seed + n,
      area: 1,
      clicks: [[0, 0, 1]],
      dice: [0.5 + gain(n)],
      hausdorff: clicks.map(() => hausdorff(n)),
      meanDistance: clicks.map(() => 1),
      surfaceDice: clicks.map(() => 1),
      ms: 1,
      ...(n === 7 ? change : {}),
    };
  }).filter((_, n) => n !== skip);
  const path = join(scratch.path, name);
  writeFileSync(
    path,
    [{ format: 1, run: name, about }, ...records].map((l) => `${JSON.stringify(l)}\n`).join(''),
  );
  return path;
}

describe('a comparison', () => {
  it('pairs structure by structure and tests over patients and over structures', () => {
    const a = run('a.jsonl', (n) => 0.01 * (n + 1));
    const b = run('b.jsonl', () => 0);
    const found = pairUp({ files: [a] }, { files: [b] });
    expect(found.pairs).toHaveLength(12);
    const dice = differenceOf(found.pairs, 'dice', 1, patientDraws(1));
    // Mean of 0.01 ... 0.12.
    expect(dice.difference.mean).toBeCloseTo(0.065, 12);
    expect([dice.a, dice.b]).toEqual([expect.closeTo(0.565, 12), 0.5]);
    // scipy.stats.wilcoxon: six and twelve differences, all above 0: 2 / 2^6 and 2 / 2^12.
    expect(dice.pPatients).toBeCloseTo(0.03125, 12);
    expect(dice.pStructures).toBeCloseTo(0.00048828125, 12);
    expect(dice.ranksFor).toBe('A');
    expect(dice.difference.low).toBeGreaterThan(0.04);
    expect(dice.difference.patients).toBe(6);
    const hd = differenceOf(found.pairs, 'hausdorff', 0, patientDraws(1));
    expect(hd.difference.undefinedCount).toBe(1);
    expect(hd.difference.mean).toBeLessThan(0);
  });

  it('holds a structure against the side that missed it, and leaves out what both missed', () => {
    const of = (name: string, hausdorff: (n: number) => number | null) => run(name, () => 0, { hausdorff });
    const compared = (a: string, b: string) =>
      differenceOf(pairUp({ files: [a] }, { files: [b] }).pairs, 'hausdorff', 0, patientDraws(1));
    // Of each patient A misses one structure and is 1 mm nearer at the other.
    const b = of('all-found.jsonl', () => 5);
    const one = compared(
      of('half-missed.jsonl', (n) => (n < 6 ? null : 4)),
      b,
    );
    expect([one.a, one.b, one.difference.mean]).toEqual([4, 5, -1]);
    expect(one.missed).toEqual({ a: 6, b: 0, both: 0 });
    // By hand: six of -1 tie at rank 3.5, six infinite ones at 9.5; the smaller sum is 6 * 3.5 = 21. Of the 2^12 signs those
    // with k of the small and l of the large ranks of one kind, 3.5 k + 9.5 l <= 21: all 64 at l = 0, k <= 3 at l = 1, k = 0 at 2.
    expect(one.ranksFor).toBe('B');
    expect(one.pStructures).toBeCloseTo((2 * (64 + 6 * (1 + 6 + 15 + 20) + 15)) / 4096, 12);
    // The patients' means alone, each -1, would be 2 / 2^6 to the good of A.
    expect(one.pPatients).toBeNaN();
    // A misses all: nothing is left to average, and no order of signs is as far.
    const none = compared(
      of('all-missed.jsonl', () => null),
      b,
    );
    expect([none.a, none.difference.mean]).toEqual([Number.NaN, Number.NaN]);
    expect(none.pStructures).toBeCloseTo(2 / 2 ** 12, 12);
    expect(none.missed).toEqual({ a: 12, b: 0, both: 0 });
    // What both missed has no difference: six of -1 are left, one a patient.
    const both = compared(
      of('a-half.jsonl', (n) => (n < 6 ? null : 4)),
      of('b-half.jsonl', (n) => (n < 6 ? null : 5)),
    );
    expect(both.missed).toEqual({ a: 0, b: 0, both: 6 });
    expect([both.pPatients, both.pStructures, both.ranksFor]).toEqual([2 / 2 ** 6, 2 / 2 ** 6, 'A']);
  });

  it('says which side missed how many, and gives the patients no p there', async () => {
    const out = join(scratch.path, 'missed');
    await compareCommand(
      run('r.jsonl', () => 0, { hausdorff: (n) => (n < 4 ? null : 4) }),
      run('s.jsonl', () => 0, { hausdorff: (n) => (n === 3 || n === 9 ? null : 5) }),
      { out },
    );
    expect(readFileSync(join(out, 'comparison.md'), 'utf8')).toMatch(
      // Of 12 a side misses five, both of p3 among them: seven of five patients are left, -1 each.
      /\| g \| HD, mm \| 1 \| 4\.000 \| 5\.000 \| -1\.0000 .* \[5 undef\.\] \| A 3, B 1, both 1 \| 5 \| n\/a \| 0\.\d+ \| A \|/,
    );
    expect(readFileSync(join(out, 'comparison.csv'), 'utf8')).toContain(',"A 3, B 1, both 1",5,NaN,');
  });

  it('says what is in pixels, keeps it apart from mm, and refuses a group that is both', async () => {
    const groups = (known: boolean) =>
      ['g', 'x'].map((group) => ({ group, source: '', licence: '', spacingKnown: known || group === 'g' }));
    const of = (name: string, known: boolean, hausdorff: (n: number) => number) =>
      run(name, () => 0, { group: 'x', hausdorff, about: { groups: groups(known) } });
    const a = of('t.jsonl', false, (n) => (n < 6 ? 100 : 4));
    const out = join(scratch.path, 'pixels');
    await compareCommand(
      a,
      of('u.jsonl', false, (n) => (n < 6 ? 50 : 5)),
      { out },
    );
    const text = readFileSync(join(out, 'comparison.md'), 'utf8');
    // Without the six in pixels, which are 50 apart.
    expect(text).toMatch(/\| all \| HD, mm \| 1 \| 4\.000 \| 5\.000 \| -1\.0000 /);
    expect(text).toMatch(/\| x \| HD, mm \| 1 \| 100\.000 \| 50\.000 \| 50\.0000 /);
    const words =
      'The spacing of x is not known: its distances are in pixels, here taken for mm. Pixels and mm have no common mean: over all groups together, HD and MAD leave out the 6 structures on slices of these.';
    expect(text).toContain(words);
    expect(readFileSync(join(out, 'comparison.html'), 'utf8')).toContain(words);
    const known = of('v.jsonl', true, () => 5);
    expect(() => pairUp({ files: [a] }, { files: [known] })).toThrow(
      /the spacing of x is known to one run alone/,
    );
  });

  it('takes the clicks that both runs measured, and leaves out what one of them lacks', () => {
    const found = pairUp(
      { files: [run('c.jsonl', () => 0, { clicks: [1, 2, 5] })] },
      { files: [run('d.jsonl', () => 0, { skip: 4 })] },
    );
    expect(found.clicks).toEqual([1, 5]);
    expect(found.pairs).toHaveLength(11);
    expect(found.unpaired).toBe(1);
  });

  it('ranks differences as equal that are, whatever their last bits', () => {
    // All of 0.1, which no two of them are in floats; a run with every score up by it, another down.
    const a = run('up.jsonl', (n) => Number((0.1 * ((n % 4) + 1)).toFixed(6)));
    const b = run('down.jsonl', (n) => Number((0.1 * (n % 4) + (n % 3 === 0 ? 0.2 : 0)).toFixed(6)));
    const { pairs } = pairUp({ files: [a] }, { files: [b] });
    const { pStructures, difference } = differenceOf(pairs, 'dice', 1, patientDraws(1));
    // By hand: eight of +0.1 and four of -0.1 tie at rank 6.5; the smaller sum is 4 * 6.5 = 26. Of the 2^12 signs those with
    // at most four of one kind: 2 * (1 + 12 + 66 + 220 + 495) / 4096.
    expect(pStructures).toBeCloseTo((2 * 794) / 4096, 12);
    expect(difference.mean).toBeCloseTo(0.1 / 3, 15);
  });

  it('refuses runs of different seeds, of no common clicks, and unknown methods', () => {
    const a = { files: [run('e.jsonl', () => 0)] };
    expect(() => pairUp(a, { files: [run('f.jsonl', () => 0, { seed: 1 })] })).toThrow(/different seeds/);
    expect(() => pairUp(a, { files: [run('g.jsonl', () => 0, { clicks: [7] })] })).toThrow(/none in common/);
    expect(() => pairUp(a, { ...a, method: 'q' })).toThrow(/q is none of m; n/);
  });

  it('refuses two sides that are one', () => {
    const a = run('same.jsonl', () => 0, { methods: ['m', 'n'] });
    const words = /both sides are m of run same\.jsonl; name another run, or another method with --b/;
    expect(() => pairUp({ files: [a] }, { files: [a] })).toThrow(words);
    expect(() => pairUp({ files: [a], method: 'm' }, { files: [a], method: 'm' })).toThrow(words);
    expect(pairUp({ files: [a] }, { files: [a], method: 'n' }).pairs).toHaveLength(12);
  });

  it('refuses other images or patients under one name, and other data under the same choice', () => {
    const a = { files: [run('k.jsonl', () => 0)] };
    const where = 'i7, slice 7, liver';
    for (const [change, words] of [
      [{ area: 2 }, `other structures under one name, by their area (${where}: 1 and 2)`],
      [{ patient: 'p9' }, `other patients under one name (${where}: p1 and p9)`],
    ] as const) {
      const b = { files: [run('l.jsonl', () => 0, { change })] };
      expect(() => pairUp(a, b)).toThrow(words);
    }
    const other = (settings: object) => ({
      files: [
        run('m.jsonl', () => 0, {
          about: { data: 'x', settings: { clicks: [1, 5], seed: 4242, ...settings } },
        }),
      ],
    });
    expect(() => pairUp(a, other({}))).toThrow(
      /the runs are of other data; they differ in the data: which cases/,
    );
    // Another choice is another list of structures.
    expect(pairUp(a, other({ limit: 9 })).pairs).toHaveLength(12);
  });

  it('refuses files of two runs as one side, and says of a side that it is not whole', async () => {
    const [a, b] = [run('n.jsonl', () => 0), run('o.jsonl', () => 0.1, { about: { chunks: 3 } })];
    expect(() => pairUp({ files: [a, b] }, { files: [b] })).toThrow(/of run/);
    writeFileSync(b, `${JSON.stringify({ finished: 1 })}\n`, { flag: 'a' });
    const out = join(scratch.path, 'part');
    expect(await compareCommand(a, b, { out })).toBe(EXIT.incomplete);
    expect(readFileSync(join(out, 'comparison.md'), 'utf8')).toContain(
      '- not finished: B: 2 of 3 parts of the run are not finished',
    );
  });

  it('keeps a group called all apart from all of them', async () => {
    const out = join(scratch.path, 'all');
    const of = (name: string, gain: (n: number) => number) => run(name, gain, { group: 'all' });
    await compareCommand(
      of('p.jsonl', (n) => (n < 6 ? 0.1 : 0.3)),
      of('q.jsonl', () => 0),
      { out },
    );
    const rows = readFileSync(join(out, 'comparison.csv'), 'utf8').split('\r\n');
    const mean = (data: string) =>
      Number(rows.find((row) => row.startsWith(`${data},Dice,1,`))?.split(',')[5]);
    expect([mean('all data'), mean('all'), mean('g')]).toEqual([
      expect.closeTo(0.2, 9),
      expect.closeTo(0.1, 9),
      expect.closeTo(0.3, 9),
    ]);
  });

  it('is written as page, Markdown, CSV and figures', async () => {
    const out = join(scratch.path, 'out');
    await compareCommand(
      run('h.jsonl', (n) => 0.01 * n),
      run('i.jsonl', () => 0),
      { out },
    );
    expect(readFileSync(join(out, 'comparison.md'), 'utf8')).toMatch(
      /\| g \| Dice \| 5 \| 0\.555 \| 0\.500 \| 0\.0550 \(/,
    );
    expect(readFileSync(join(out, 'comparison.html'), 'utf8').match(/<svg/g)).toHaveLength(2);
    for (const name of ['difference-boxes.svg', 'difference-by-clicks.svg']) {
      const svg = readFileSync(join(out, name), 'utf8');
      // Cut out of its page, a figure says what it is of.
      for (const run of ['A: run h.jsonl, seed 4242', 'B: run i.jsonl, seed 4242'])
        expect(svg).toContain(run);
    }
    expect(readFileSync(join(out, 'comparison.csv'), 'utf8').split('\r\n')).toHaveLength(1 + 6 + 1);
  });
});
