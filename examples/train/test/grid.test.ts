import { mkdir, mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODEL_METADATA_KEY, parseMetadata, readModel } from '@clickseg/runtime';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exportCommand } from '../src/export-command.ts';
import { fitCommand } from '../src/fit-command.ts';
import { gridCommand } from '../src/grid-command.ts';
import { openFolder } from '../src/open-folder.ts';
import { quantizeCommand } from '../src/quantize-command.ts';

let folder: string;
let said: string[] = [];
const SIDE = 40;
const png = (value: (i: number) => number) =>
  encode({
    width: SIDE,
    height: SIDE,
    channels: 1,
    depth: 8,
    data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => value(i)),
  });
const inDisc = (i: number, n: number) => Math.hypot(Math.floor(i / SIDE) - 18 - n, (i % SIDE) - 20) < 9;

async function pair(where: string, name: string, n: number, label = (i: number) => (inDisc(i, n) ? 3 : 0)) {
  await writeFile(
    join(where, `${name}_img.png`),
    png((i) => (inDisc(i, n) ? 200 : 40 + (i % 5))),
  );
  await writeFile(join(where, `${name}_lab.png`), png(label));
}

/** Four pictures of a disc beside their label maps, as anyone may have them. */
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation((line) => {
    said.push(line);
  });
  vi.spyOn(console, 'error').mockImplementation((line) => {
    said.push(line);
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  folder = await mkdtemp(join(tmpdir(), 'clickseg-grid-'));
  await mkdir(join(folder, 'discs'));
  for (let n = 0; n < 4; n++) await pair(join(folder, 'discs'), `p${n}`, n);
});
afterAll(() => rm(folder, { recursive: true }));

const tiny = { preset: 'quick', width: 2, levels: 2, size: 32, steps: 2, batch: 2, spacing: 1 };

describe('fit', () => {
  it('trains a variant on a folder of pairs, in parts, and writes a model that says what it is', async () => {
    const out = join(folder, 'fit');
    const data = join(folder, 'discs');
    await fitCommand({ ...tiny, data, out, interactions: 1, variant: 'late', microBatch: 1 });
    const model = await readFile(join(out, 'model.onnx'), 'latin1');
    expect(model).toContain('"sizeMultiple":4');
    expect(await readFile(join(out, 'loss.svg'), 'utf8')).toContain('<svg');
    expect((await readFile(join(out, 'log.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  it('goes on from a model, keeps what that says of itself, and refuses one of another width', async () => {
    const [base, tuned] = ['base', 'tuned'].map((name) => join(folder, name));
    const data = join(folder, 'discs');
    await fitCommand({ ...tiny, data, out: base, interactions: 1, spacing: 1.25 });
    const from = join(base, 'model.onnx');
    const { spacing, preset, ...flags } = tiny;
    said = [];
    await fitCommand({ ...flags, data, out: tuned, from, interactions: 1 });
    expect(said.map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['reading', 'preparing', 'importing', 'training:', 'wrote']),
    );
    const model = await readFile(join(tuned, 'model.onnx'), 'latin1');
    expect(model).toContain('"spacing":1.25');
    await expect(fitCommand({ ...flags, width: 3, data, out: join(folder, 'wider'), from })).rejects.toThrow(
      /base.model\.onnx: .*down\.0\.0\.bias.*width 3/,
    );
    await expect(fitCommand({ ...tiny, preset: 'finetune', data, out: tuned })).rejects.toThrow(/--from/);
  });

  it('is not gone on with in a folder that was begun with other scans or settings', async () => {
    const [data, other, out] = ['discs', 'others', 'once'].map((name) => join(folder, name));
    await mkdir(other);
    for (let n = 0; n < 4; n++) await pair(other, `p${n}`, n + 3);
    await fitCommand({ ...tiny, data, out, interactions: 1 });
    const model = await readFile(join(out, 'model.onnx'));
    await expect(fitCommand({ ...tiny, data: other, out, interactions: 1 })).rejects.toThrow(/other cases/);
    await expect(fitCommand({ ...tiny, data, out, interactions: 1, spacing: 3 })).rejects.toThrow(
      /spacing 1, now 3/,
    );
    await fitCommand({ ...tiny, data, out, interactions: 1 });
    expect(await readFile(join(out, 'model.onnx'))).toEqual(model);

    // What is exported of it is what it says itself.
    const exported = join(folder, 'exported.onnx');
    await exportCommand({ run: out, out: exported, version: '3' });
    const text = readModel(await readFile(exported)).properties[MODEL_METADATA_KEY];
    expect(parseMetadata(text as string)).toMatchObject({ name: 'once', version: '3', spacing: 1 });
  });

  it('refuses a preset that does not exist', async () => {
    await expect(fitCommand({ ...tiny, preset: 'slow', data: folder, out: folder })).rejects.toThrow(
      /'slow' is none of paper, quick/,
    );
  });
});

describe('quantize', () => {
  it('writes 8-bit convolutions and half weights, each smaller, and wants images for the first', async () => {
    const [data, run] = [join(folder, 'discs'), join(folder, 'small')];
    await fitCommand({ ...tiny, width: 8, data, out: run, interactions: 1 });
    const model = join(run, 'model.onnx');
    const write = async (to: string, from?: string) => {
      const out = join(run, `${to}.onnx`);
      await quantizeCommand({ model, out, to, data: from, share: 0.9999 });
      return readFile(out);
    };
    const [bytes, eight, half] = [await readFile(model), await write('int8', data), await write('float16')];
    expect(eight.length).toBeLessThan(bytes.length);
    expect(eight.toString('latin1')).toContain('QuantizeLinear');
    expect(half.length).toBeLessThan(0.7 * bytes.length);
    await expect(write('int8')).rejects.toThrow(/--data/);
  });
});

describe('a folder that cannot be used', () => {
  it('is told with every case that is wrong, and why', async () => {
    const data = join(folder, 'wrong');
    await mkdir(data);
    await pair(data, 'good', 0);
    await pair(data, 'blank', 0, () => 0);
    await pair(data, 'alone', 0);
    await unlink(join(data, 'alone_lab.png'));
    const error = await openFolder(data).catch((e: Error) => e);
    expect((error as Error).message).toMatch(/2 of 3 cases cannot be used/);
    expect((error as Error).message).toMatch(/alone: .*alone_lab\.png/);
    expect((error as Error).message).toMatch(/blank: .*empty/);
    await expect(openFolder(join(folder, 'nowhere'))).rejects.toThrow(/nowhere/);
  });

  it('is not one with a label map too many: that is left out, and said', async () => {
    const data = join(folder, 'labels');
    await mkdir(data);
    for (const name of ['good', 'alone']) await pair(data, name, 0);
    await unlink(join(data, 'alone_img.png'));
    said = [];
    expect((await openFolder(data)).map((entry) => entry.case)).toEqual(['good']);
    expect(said).toEqual([
      `${data}: 1 file left out\n  alone_lab.png: its image is missing, alone_img.* is not there`,
    ]);
  });

  it('is one whose only images are channels that are not read', async () => {
    const data = join(folder, 'channels');
    for (const part of ['imagesTr', 'labelsTr']) await mkdir(join(data, part), { recursive: true });
    await writeFile(
      join(data, 'imagesTr/a_0001.png'),
      png((i) => i % 9),
    );
    await writeFile(
      join(data, 'labelsTr/a.png'),
      png((i) => i % 2),
    );
    await expect(openFolder(data)).rejects.toThrow(
      /no image with a label map in it\n {2}.*its image is missing.*\n {2}.*is channel 0001 of a/,
    );
  });
});

describe('grid', () => {
  const flags = () => ({
    ...tiny,
    data: join(folder, 'discs'),
    out: join(folder, 'grid'),
    folds: 2,
    interactions: [0, 1],
    limit: 1,
  });

  it('measures every network on the patients it has not seen, at every number of test clicks', async () => {
    said = [];
    await gridCommand(flags());
    expect(said.filter((line) => line.startsWith('cell '))).toEqual([
      'cell 1 of 4: fold 1 of 2, trained with 0 clicks',
      'cell 2 of 4: fold 1 of 2, trained with 1 clicks',
      'cell 3 of 4: fold 2 of 2, trained with 0 clicks',
      'cell 4 of 4: fold 2 of 2, trained with 1 clicks',
    ]);
    expect(said.filter((line) => line.startsWith('1/1 structures'))).toHaveLength(4);
    const text = await readFile(join(folder, 'grid/grid.jsonl'), 'utf8');
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(2 * 2 * 5);
    expect(new Set(rows.map((r) => `${r.trainClicks} ${r.testClicks}`)).size).toBe(10);
    for (const row of rows) {
      expect(row.structures).toBe(1);
      expect(row.dice).toSatisfy((d: number) => d >= 0 && d <= 1);
    }
    for (const name of ['grid-dice', 'grid-hausdorff', 'grid-mad', 'dice-curve']) {
      const svg = await readFile(join(folder, `grid/${name}.svg`), 'utf8');
      expect(svg).toContain('trained, K = 1');
      expect(svg).not.toContain('NaN');
      // Pictures whose spacing nobody knows.
      if (/hausdorff|mad/.test(name)) expect(svg).toMatch(/distance, pixels \(/);
    }
    const tested = await Promise.all(
      [1, 2].map(async (n) =>
        JSON.parse(await readFile(join(folder, `grid/k-0/fold-${n}/scores.jsonl`), 'utf8')),
      ),
    );
    expect(tested[0].case).not.toBe(tested[1].case);
  });

  it('runs only what is missing when it is started again, and refuses other settings', async () => {
    const kept = join(folder, 'grid/k-1/fold-2/scores.jsonl');
    const missing = join(folder, 'grid/k-0/fold-1/scores.jsonl');
    const [before, scores] = [(await stat(kept)).mtimeMs, await readFile(missing, 'utf8')];
    await unlink(missing);
    await gridCommand(flags());
    expect((await stat(kept)).mtimeMs).toBe(before);
    expect(await readFile(missing, 'utf8')).toBe(scores);
    // As a power cut leaves a file.
    await writeFile(missing, '');
    await gridCommand(flags());
    expect(await readFile(missing, 'utf8')).toBe(scores);
    for (const damaged of ['{"dice":[', '7', '{}']) {
      await writeFile(missing, `${scores}${damaged}\n`);
      await expect(gridCommand(flags())).rejects.toMatchObject({
        code: 'invalid-file',
        message: expect.stringMatching(/k-0.fold-1.scores\.jsonl: line 2.*; remove the file/),
      });
    }
    await writeFile(missing, scores);
    await expect(gridCommand({ ...flags(), steps: 3 })).rejects.toThrow(/steps 2, now 3/);
    // The same names with other pictures under them are other cases.
    await pair(join(folder, 'discs'), 'p3', 5);
    await expect(gridCommand(flags())).rejects.toThrow(/other cases/);
  });

  it('measures the model that it goes on from too, on the same structures, and prints both', async () => {
    const [data, out] = [join(folder, 'discs'), join(folder, 'tuned-grid')];
    const base = join(folder, 'as-it-is');
    await fitCommand({ ...tiny, data, out: base, interactions: 0 });
    const { spacing, preset, ...rest } = tiny;
    const from = join(base, 'model.onnx');
    const tuning = { ...rest, data, out, from, folds: 2, interactions: [0], limit: 1 };
    said = [];
    await gridCommand(tuning);
    expect(said.filter((line) => line.startsWith('cell '))).toEqual([
      `cell 1 of 4: fold 1 of 2, ${from} as it is`,
      'cell 2 of 4: fold 1 of 2, trained with 0 clicks',
      `cell 3 of 4: fold 2 of 2, ${from} as it is`,
      'cell 4 of 4: fold 2 of 2, trained with 0 clicks',
    ]);
    const scores = async (cell: string) =>
      JSON.parse(await readFile(join(out, cell, 'scores.jsonl'), 'utf8')) as Record<string, unknown>;
    for (const fold of ['fold-1', 'fold-2']) {
      const [before, after] = [await scores(`before/${fold}`), await scores(`k-0/${fold}`)];
      expect([before.case, before.slice, before.label]).toEqual([after.case, after.slice, after.label]);
    }
    const rows = (await readFile(join(out, 'grid.jsonl'), 'utf8')).trim().split('\n');
    expect(new Set(rows.map((row) => JSON.parse(row).trainClicks))).toEqual(new Set(['before', 0]));
    expect(await readFile(join(out, 'grid-dice.svg'), 'utf8')).toMatch(/>before<.*>trained, K = 0</s);
    const table = said.find((line) => line.startsWith('before\n\n| group | structures'));
    expect(table).toMatch(/\| images \| 2 \| .*\n\ntrained, K = 0\n\n\| group .*\| images \| 2 \| /s);

    const path = join(out, 'before/fold-1/scores.jsonl');
    const { mtimeMs } = await stat(path);
    await gridCommand(tuning);
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);
  });

  it('tells before the first cell of a fold that has nothing to train on', async () => {
    const [data, out] = ['specks', 'speck-grid'].map((name) => join(folder, name));
    await mkdir(data);
    await pair(data, 'p0', 0);
    // 4 pixels, below the 12 that are drawn.
    await pair(data, 'p1', 1, (i) => (i % SIDE > 37 && i < 2 * SIDE ? 3 : 0));
    said = [];
    const flags = { ...tiny, data, out, folds: 2, interactions: [0], limit: 1 };
    await expect(gridCommand(flags)).rejects.toMatchObject({
      code: 'empty-mask',
      message: expect.stringContaining('none of 1 slices has a structure of 12 pixels'),
    });
    expect(said.filter((line) => line.startsWith('cell '))).toEqual([]);
    expect(said).toContain(
      'warning: below 12 pixels of a slice, and not trained on: 1 of 1 structure, among them every one of label 3 of images',
    );
  });
});
