import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberOfClicks } from '@clickseg/metrics';
import { seededRandom } from '@clickseg/simulate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxesOf, boxOf, boxRows } from '../src/report/box-values.ts';
import { selectCases } from '../src/report/select-cases.ts';
import { makeTables } from '../src/report/tables.ts';
import type { InteractionRecord } from '../src/run/record.ts';
import { TARGETS } from '../src/tally/cell.ts';
import { patientDraws } from '../src/tally/estimate.ts';
import { measuresOf } from '../src/tally/measures.ts';
import { tallyRecords } from '../src/tally/tally.ts';
import { scratchFolder } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  scratch = await scratchFolder();
});
afterAll(() => scratch.remove());

const header = {
  format: 1,
  run: 'a'.repeat(64),
  about: {
    settings: { clicks: [1, 3, 6], seed: 4242 },
    models: [],
    methods: ['m', 'n'],
    data: '',
    structures: 0,
    chunks: 0,
    groups: [],
  },
};

/** Records with scores of every kind: early ends, undefined distances. */
function records(count: number): InteractionRecord[] {
  const random = seededRandom(9);
  const digits = (value: number, n: number) => Math.round(value * n) / n;
  return Array.from({ length: count }, (_, i) => {
    const clicks = 1 + Math.floor(random() * 6);
    const mm = () => [0, 1, 2].map(() => (random() < 0.2 ? null : digits(random() * 50, 1e4)));
    return {
      image: `case ${i % 7}`,
      slice: Math.floor(i / 7),
      structure: ['liver', 'spleen'][i % 2],
      id: 1,
      group: i % 7 < 4 ? 'x' : 'y',
      patient: `p${i % 7}`,
      method: i % 3 === 0 ? 'n' : 'm',
      seed: i,
      area: 5,
      clicks: Array.from({ length: clicks }, () => [1, 2, 1] as const),
      dice: Array.from({ length: clicks }, () => digits(random(), 1e6)),
      hausdorff: mm(),
      meanDistance: mm(),
      surfaceDice: mm().map((value) => value && digits(value / 50, 1e6)),
      ms: 10 * clicks,
    };
  });
}

function write(name: string, list: readonly unknown[], head: unknown = header): string {
  const path = join(scratch.path, name);
  writeFileSync(path, `${[head, ...list].map((line) => JSON.stringify(line)).join('\n')}\n`);
  return path;
}

const all = records(200);
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

describe('a tally', () => {
  it('has the means of its records', () => {
    const measures = measuresOf(tallyRecords([write('a.jsonl', all)]), patientDraws(1));
    const of = all.filter((r) => r.method === 'm' && r.group === 'x');
    const dice = measures.of('dice', 4, { method: 'm', group: 'x' });
    expect(dice.mean).toBeCloseTo(mean(of.map((r) => r.dice[Math.min(4, r.dice.length) - 1])), 12);
    expect(dice.patients).toBe(4);
    const hd = of.map((r) => r.hausdorff[1]);
    const found = measures.of('hausdorff', 3, { method: 'm', group: 'x' });
    expect(found.mean).toBeCloseTo(mean(hd.filter((v) => v !== null)), 12);
    expect(found.undefinedCount).toBe(hd.filter((v) => v === null).length);
    expect(measures.of('dice', 1, { method: 'm', group: 'x', patient: 'p2' }).count).toBe(
      of.filter((r) => r.patient === 'p2').length,
    );
    expect(measures.of('dice', 1, { method: 'm', group: 'y', structure: 'liver' }).count).toBe(
      all.filter((r) => r.method === 'm' && r.group === 'y' && r.structure === 'liver').length,
    );
  });

  it('takes no mean over pixels and mm together, and says how many structures that leaves out', () => {
    const known = (x: boolean, y: boolean) => ({
      ...header.about,
      groups: [
        { group: 'x', source: '', licence: '', spacingKnown: x },
        { group: 'y', source: '', licence: '', spacingKnown: y },
      ],
    });
    const of = (name: string, about: object) => {
      const tally = tallyRecords([write(name, all, { ...header, about })]);
      const measures = measuresOf(tally, patientDraws(1));
      const context = { tally, measures, methods: ['m', 'n'], roles: { known: ['x', 'y'], unseen: [] } };
      return { measures, tables: makeTables(context) };
    };
    const { measures, tables } = of('mixed.jsonl', known(false, true));
    const records = all.filter((r) => r.method === 'm');
    for (const measure of ['hausdorff', 'meanDistance', 'surfaceDice'] as const) {
      const values = records.filter((r) => r.group === 'y').map((r) => r[measure][1]);
      const found = measures.of(measure, 3, { method: 'm' });
      expect(found.mean).toBeCloseTo(mean(values.filter((v) => v !== null)), 12);
      expect([found.patients, found.undefinedCount]).toEqual([3, values.filter((v) => v === null).length]);
      // By itself a group has its own unit.
      expect(measures.of(measure, 3, { method: 'm', group: 'x' }).patients).toBe(4);
    }
    expect(measures.of('dice', 3, { method: 'm' }).count).toBe(records.length);
    const counts = ['m', 'n'].map((m) => all.filter((r) => r.method === m && r.group === 'x').length);
    const words = `surface Dice (whose tolerance is in mm) leave out the ${Math.min(...counts)} to ${Math.max(...counts)} structures on slices of these.`;
    const telling = (list: typeof tables) =>
      list.filter(({ note }) => note.includes(words)).map((t) => t.name);
    expect(telling(tables)).toEqual(['overview', 'table-4-data', 'scores-by-clicks']);
    // All in pixels, all in one unit.
    const pixels = of('pixels.jsonl', known(false, false));
    expect(pixels.measures.of('hausdorff', 3, { method: 'm' }).patients).toBe(7);
    expect(telling(pixels.tables)).toEqual([]);
  });

  it('counts clicks to an overlap, and those that never reach it', () => {
    const measures = measuresOf(tallyRecords([write('b.jsonl', all)]), patientDraws(1));
    const of = all.filter((r) => r.method === 'n');
    // Overlap (IoU) from Dice, whose rule is d / (2 - d).
    const first = of.map(({ dice }) => dice.findIndex((d) => d / (2 - d) >= 0.85) + 1);
    expect(measures.clicksTo(1, { method: 'n' }).mean).toBeCloseTo(mean(first.map((n) => n || 6)), 12);
    expect(measures.failures(1, { method: 'n' }).mean).toBeCloseTo(
      mean(first.map((n) => (n === 0 ? 1 : 0))),
      12,
    );
  });

  it('counts an overlap of exactly the target as reached, as numberOfClicks does of the overlap itself', () => {
    // Of every answer and structure of up to 40 pixels that overlap in all, none or some of them; rounded as records are.
    const overlaps: [dice: number, iou: number][] = [];
    for (let union = 1; union <= 40; union++) {
      for (let both = 0; both <= union; both++) {
        overlaps.push([Math.round(((2 * both) / (union + both)) * 1e6) / 1e6, both / union]);
      }
    }
    // 18 of 20: Dice 18/19.
    expect(overlaps).toContainEqual([0.947368, 0.9]);
    const twice = [all[0].clicks[0], all[0].clicks[0]];
    const of = overlaps.map(([dice], n) => ({ ...all[0], image: `o${n}`, dice: [0, dice], clicks: twice }));
    const measures = measuresOf(tallyRecords([write('overlaps.jsonl', of)]), patientDraws(1));
    for (const [i, target] of TARGETS.entries()) {
      const noc = overlaps.map(([, iou]) => numberOfClicks([0, iou], target, 6));
      expect(measures.clicksTo(i, { method: of[0].method }).mean).toBeCloseTo(mean(noc), 12);
    }
  });

  it('is the same whatever the order of records and files, to the last bit', () => {
    const one = tallyRecords([write('c.jsonl', all)]);
    const mixed = [...all].reverse();
    const two = tallyRecords([write('d.jsonl', mixed.slice(0, 60)), write('e.jsonl', mixed.slice(60))]);
    const [a, b] = [one, two].map((tally) => measuresOf(tally, patientDraws(4242)));
    for (const clicks of [1, 3, 6]) {
      for (const measure of ['dice', 'hausdorff', 'meanDistance', 'surfaceDice'] as const) {
        expect(b.of(measure, clicks, { method: 'm' })).toEqual(a.of(measure, clicks, { method: 'm' }));
      }
    }
    const cases = (tally: typeof one) =>
      selectCases(tally, 'x', 'm').map(({ kind, record }) => [kind, record.seed]);
    expect(cases(two)).toEqual(cases(one));
    const { rows } = boxRows(one, 'm');
    expect(boxRows(two, 'm').rows).toEqual(rows);
    const boxes = boxesOf(one, 'm', 'hausdorff', rows);
    expect(boxes.length).toBeGreaterThan(2);
    expect(boxesOf(two, 'm', 'hausdorff', rows)).toEqual(boxes);
  });

  it('keeps a group called all apart from all of them in the tables, and counts a patient’s undefined distances', () => {
    const named = all.map((r) => ({ ...r, group: r.group === 'x' ? 'all' : r.group }));
    const tally = tallyRecords([write('named.jsonl', named)]);
    const context = {
      tally,
      measures: measuresOf(tally, patientDraws(1)),
      methods: ['m', 'n'],
      roles: { known: ['all', 'y'], unseen: [] },
    };
    const tables = makeTables(context);
    const rows = (name: string) =>
      tables.find((t) => t.name === name)!.rows.filter((r) => r['method'] === 'm');
    const count = (group?: string) =>
      named.filter((r) => r.method === 'm' && (group === undefined || r.group === group)).length;
    for (const name of ['clicks-to-target', 'scores-by-clicks', 'table-4-data']) {
      const told = new Map(rows(name).map((r) => [r['data'], r['structures']]));
      expect([told.get('all data'), told.get('all'), told.get('y')]).toEqual([
        count(),
        count('all'),
        count('y'),
      ]);
    }
    const patients = tables.find((t) => t.name === 'patients')!.rows;
    for (const { data, patient, undefined: told } of patients) {
      const of = named.filter((r) => r.group === data && r.patient === patient && r.method === 'm');
      // After the table's six clicks.
      expect(told).toBe(of.filter((r) => r.hausdorff[2] === null).length);
    }
  });

  it('heads the rows of Fig. 8 by their groups and says on how many slices each structure stands', () => {
    const of = all.filter((r) => r.method === 'm');
    const count = (group: string, structure: string) =>
      of.filter((r) => r.group === group && r.structure === structure).length;
    expect(boxRows(tallyRecords([write('rows.jsonl', all)]), 'm')).toEqual({
      rows: ['x', 'y'].flatMap((g) => [
        `${g}\t${g}`,
        ...['liver', 'spleen'].map((s) => `${g}\t${s} (${count(g, s)})`),
      ]),
      left: 0,
    });
  });

  it('draws few values as they are, and a box from five on', () => {
    expect(boxOf('r', [3, 1, 2])).toEqual({ row: 'r', median: 2, points: [1, 2, 3] });
    // numpy.quantile: quartiles 2 and 4; 20 lies beyond 4 + 1.5 * 2.
    expect(boxOf('r', [1, 2, 3, 4, 20])).toEqual({
      row: 'r',
      median: 3,
      quartiles: { low: 1, q1: 2, q3: 4, high: 4 },
      points: [20],
    });
  });

  it('picks best, worst and median by Dice at the table clicks', () => {
    const tally = tallyRecords([write('f.jsonl', all)]);
    expect(tally.tableClicks).toBe(6);
    const dice = all
      .filter((r) => r.group === 'y' && r.method === 'm')
      .map((r) => r.dice[Math.min(6, r.dice.length) - 1])
      .sort((a, b) => b - a);
    const expected = [dice[0], dice[dice.length - 1], dice[Math.floor((dice.length - 1) / 2)]];
    expect(selectCases(tally, 'y', 'm').map((c) => c.dice)).toEqual(expected);
  });

  it('leaves a last line that was torn alone, and refuses one torn elsewhere', () => {
    const path = write('g.jsonl', all.slice(0, 3));
    writeFileSync(path, '{"image":"half', { flag: 'a' });
    expect(tallyRecords([path]).records).toBe(3);
    writeFileSync(path, '\n', { flag: 'a' });
    expect(() => tallyRecords([path])).toThrow(/no record at byte \d+/);
  });
});
