import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader, readRecords } from '../src/run/read-records.ts';
import { scratchFolder } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  scratch = await scratchFolder();
});
afterAll(() => scratch.remove());

const about = {
  settings: { clicks: [1, 2], seed: 4242 },
  models: [{ name: 'net', version: '1', sha256: 'f' }],
  methods: ['m', 'n'],
  data: '',
  structures: 1,
  chunks: 1,
  groups: [{ group: 'g', source: '', licence: '', spacingKnown: true }],
};
const header = { format: 1, run: 'r', about };
const record = {
  image: 'i',
  slice: 0,
  structure: 'liver',
  id: 1,
  group: 'g',
  patient: 'p',
  method: 'm',
  seed: 7,
  area: 3,
  clicks: [
    [1, 2, 1],
    [3, 4, 0],
  ],
  dice: [0, 1],
  hausdorff: [null, 1.5],
  meanDistance: [null, 0],
  surfaceDice: [0, 1],
  ms: 1.5,
};
const leftOut = { leftOut: { image: 'i', group: 'g', reason: 'torn' }, chunk: 0 };

function file(...lines: readonly unknown[]): string {
  const path = join(scratch.path, 'records.jsonl');
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}
const read = (path: string) => {
  const lines: unknown[] = [];
  readRecords(path, (line) => lines.push(line));
  return lines;
};

describe('a file of records', () => {
  it('is read line by line, with more headers on its way as files that were joined have them', () => {
    const lines = [header, record, leftOut, { finished: 0 }, header, { ...record, method: 'n' }];
    expect(read(file(...lines))).toEqual(lines);
  });

  it('is refused with the line that is no record, and why', () => {
    // The header is ASCII: a byte a letter, and one for the line's end.
    const at = JSON.stringify(header).length + 1;
    for (const [change, words] of [
      [{ dice: [] }, 'dice [] is not a list of scores from 0 to 1'],
      [{ dice: undefined }, 'dice undefined is not'],
      [{ dice: [0.5, 1.5] }, 'dice [0.5,1.5] is not'],
      [{ dice: [0.5, null] }, 'dice [0.5,null] is not'],
      [{ dice: [0.5] }, '1 Dice are not one for each of 2 clicks'],
      [{ dice: [0, 0, 0], clicks: Array(3).fill([1, 1, 1]) }, '3 clicks are more than 2'],
      [{ clicks: [[1, 2, 2]] }, 'clicks [[1,2,2]] is not a list of [x, y, 1 or 0]'],
      [{ hausdorff: [null, -1] }, 'hausdorff [null,-1] is not a list of distances or null'],
      [{ meanDistance: [1] }, 'meanDistance of 1 values is not one for each of clicks 1,2'],
      [{ surfaceDice: 1 }, 'surfaceDice 1 is not a list'],
      [{ method: 'q' }, 'method q is none of m; n'],
      [{ patient: 5 }, 'patient 5 is not a name'],
      [{ slice: -1 }, 'slice -1 is not a whole number from 0'],
      [{ ms: 'long' }, 'ms "long" is not a number from 0'],
    ] as const) {
      const path = file(header, { ...record, ...change }, record);
      expect(() => read(path)).toThrow(`${path}: no record at byte ${at}: ${words}`);
      expect(() => read(path)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
    }
    for (const [line, words] of [
      [5, '5 is not an object'],
      [{ finished: -1 }, 'finished -1 is not'],
      [{ leftOut: null }, 'null is not an object'],
      [{ leftOut: { image: 'i', group: 'g' } }, 'reason undefined is not a name'],
    ] as const) {
      expect(() => read(file(header, line))).toThrow(`no record at byte ${at}: ${words}`);
    }
  });

  it('is refused where its header is none', () => {
    for (const [head, words] of [
      [{ ...header, format: 2 }, 'format 2 is not 1'],
      [{ format: 1, run: 'r' }, 'about undefined is not what the run is'],
      [
        { ...header, about: { ...about, settings: {} } },
        'settings {} is not settings with clicks and a seed',
      ],
      [{ ...header, about: { ...about, methods: [] } }, 'methods [] is not a list of methods'],
      [{ ...header, about: { ...about, groups: ['g'] } }, 'groups ["g"] is not a list of groups'],
    ] as const) {
      const path = file(head, record);
      for (const reader of [read, readHeader])
        expect(() => reader(path)).toThrow(`${path}: no record at byte 0: ${words}`);
    }
    expect(() => read(file(record))).toThrow(/does not begin with a header/);
    expect(() => readHeader(file(record))).toThrow(/does not begin with a header/);
  });
});
