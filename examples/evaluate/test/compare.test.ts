import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareCommand } from '../src/commands/compare-command.ts';
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
  rest: { clicks?: number[]; seed?: number; skip?: number } = {},
) {
  const { clicks = [1, 5], seed = 0, skip = -1 } = rest;
  const about = {
    settings: { clicks, seed: 4242 },
    methods: ['m', 'n'],
    models: [],
    chunks: 0,
    structures: 12,
    data: '',
    groups: [],
  };
  const records = Array.from({ length: 12 }, (_, n) => ({
    image: `i${n}`,
    slice: n,
    structure: 'liver',
    id: 1,
    group: 'g',
    patient: `p${n % 6}`,
    method: 'm',
    seed: seed + n,
    area: 1,
    clicks: [[0, 0, 1]],
    dice: [0.5 + gain(n)],
    hausdorff: clicks.map(() => (n === 3 ? null : 4 - gain(n))),
    meanDistance: clicks.map(() => 1),
    surfaceDice: clicks.map(() => 1),
    ms: 1,
  })).filter((_, n) => n !== skip);
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
    expect(dice.difference.low).toBeGreaterThan(0.04);
    expect(dice.difference.patients).toBe(6);
    const hd = differenceOf(found.pairs, 'hausdorff', 0, patientDraws(1));
    expect(hd.difference.undefinedCount).toBe(1);
    expect(hd.difference.mean).toBeLessThan(0);
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

  it('refuses runs of different seeds, of no common clicks, and unknown methods', () => {
    const a = { files: [run('e.jsonl', () => 0)] };
    expect(() => pairUp(a, { files: [run('f.jsonl', () => 0, { seed: 1 })] })).toThrow(/different seeds/);
    expect(() => pairUp(a, { files: [run('g.jsonl', () => 0, { clicks: [7] })] })).toThrow(/none in common/);
    expect(() => pairUp(a, { ...a, method: 'q' })).toThrow(/q is none of m; n/);
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
    expect(readFileSync(join(out, 'difference-boxes.svg'), 'utf8')).toContain('</svg>');
    expect(readFileSync(join(out, 'comparison.csv'), 'utf8').split('\r\n')).toHaveLength(1 + 6 + 1);
  });
});
