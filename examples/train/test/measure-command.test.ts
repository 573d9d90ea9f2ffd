import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raster } from '@clickseg/raster';
import type { Segmenter } from '@clickseg/runtime';
import { encode } from 'fast-png';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { fitCommand } from '../src/fit-command.ts';
import { measure } from '../src/measure.ts';
import { measureCommand } from '../src/measure-command.ts';
import { openFolder } from '../src/open-folder.ts';
import { pairsFolder, pictureFolder } from './picture-folder.ts';

let folder: string;
let mine: string;
let others: string;
let model: string;
let said: string[] = [];
const say = (line: string) => {
  said.push(line);
};

/** A model that was trained on two of the pictures. */
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(say);
  vi.spyOn(console, 'error').mockImplementation(say);
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  folder = await pictureFolder();
  [mine, others] = ['mine', 'others'].map((name) => join(folder, name));
  await mkdir(mine);
  await mkdir(others);
  await pairsFolder(folder, mine, [0, 1]);
  await pairsFolder(folder, others, [2, 3]);
  const out = join(folder, 'run');
  const size = { width: 2, levels: 2, size: 32, spacing: 1 };
  await fitCommand({ ...size, data: mine, out, steps: 1, batch: 2, interactions: 0, threads: 1 });
  model = join(out, 'model.onnx');
});
beforeEach(() => {
  said = [];
});
afterAll(() => rm(folder, { recursive: true }));

const common = () => ({ model, limit: 1, seed: 1, threads: 1 });
const warnings = () => said.filter((line) => line.startsWith('warning'));

it('measures all of a folder without an index, and calls it no split', async () => {
  const out = join(folder, 'measured');
  await measureCommand({ ...common(), data: others, out });
  expect((await readdir(out)).sort()).toEqual(['dice.jsonl', 'dice.md', 'dice.svg']);
  expect(warnings()).toEqual([]);
  await expect(measureCommand({ ...common(), data: others, split: 'test' })).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringMatching(/^--split test: .*others has no index\.json/),
  });
});

it('says where the measured scans are those that the model was trained on', async () => {
  // Another name, the same picture.
  const names = await readdir(mine);
  const renamed = join(folder, 'renamed');
  await mkdir(renamed);
  for (const name of [...names, ...(await readdir(others)).filter((n) => n.startsWith('2'))]) {
    await writeFile(
      join(renamed, `x${name}`),
      await readFile(join(name.startsWith('2') ? others : mine, name)),
    );
  }
  await measureCommand({ ...common(), data: renamed });
  expect(warnings()).toEqual([expect.stringMatching(/trained on 2 of 3 cases \(.*run.fit\.json\)/)]);
});

it('knows the patients again of an index, whose scans it does not open for that', async () => {
  const out = join(folder, 'indexed');
  const size = { width: 2, levels: 2, size: 32, spacing: 1 };
  await fitCommand({
    ...size,
    data: folder,
    split: 'train',
    out,
    steps: 1,
    batch: 2,
    interactions: 0,
    threads: 1,
  });
  const own = { ...common(), model: join(out, 'model.onnx'), data: folder };
  said = [];
  await measureCommand({ ...own, out });
  expect(await readdir(out)).toContain('dice-val.jsonl');
  expect(warnings()).toEqual([]);
  await measureCommand({ ...own, split: 'train' });
  expect(warnings()).toEqual([expect.stringContaining('trained on 2 of 2 cases')]);
});

it('names a model that is none', async () => {
  const text = join(folder, 'text.onnx');
  await writeFile(text, '<svg></svg>');
  await expect(measureCommand({ ...common(), model: text, data: others })).rejects.toMatchObject({
    code: 'invalid-model',
    message: expect.stringMatching(/text\.onnx: .*plain text/),
  });
});

it('measures structures of any id, in a folder with an index and without', async () => {
  const size = 16;
  const marked = (i: number) => (i % size > 7 ? 1035 : 0);
  const picture = (depth: 8 | 16, value: (i: number) => number) => {
    const pixels = { length: size * size };
    const data =
      depth === 8
        ? Uint8Array.from(pixels, (_, i) => value(i))
        : Uint16Array.from(pixels, (_, i) => value(i));
    return encode({ width: size, height: size, channels: 1, depth, data });
  };
  const data = join(folder, 'atlas');
  await mkdir(data);
  await writeFile(
    join(data, 'a_img.png'),
    picture(8, (i) => i % 7),
  );
  await writeFile(join(data, 'a_lab.png'), picture(16, marked));
  const out = join(folder, 'atlas-measured');
  const scoreOf = async (name: string) => JSON.parse(await readFile(join(out, name), 'utf8')) as unknown;
  await measureCommand({ ...common(), data, out });
  expect(await scoreOf('dice.jsonl')).toMatchObject({ case: 'a', label: 1035 });
  const entry = { case: 'b', split: 'val', group: 'atlas', patient: 'p', kind: '2d', modality: 'MR' };
  const files = { image: 'a_img.png', label: 'a_lab.png', shape: [size, size], spacing: null };
  const labels = { cortex: { id: 1035 } };
  await writeFile(join(data, 'index.json'), JSON.stringify([{ ...entry, ...files, labels }]));
  await measureCommand({ ...common(), data, out });
  expect(await scoreOf('dice-val.jsonl')).toMatchObject({ case: 'b', label: 1035 });
});

it('refuses threads that no machine has, before it opens anything', async () => {
  const nowhere = { model: join(folder, 'gone.onnx'), data: join(folder, 'nowhere') };
  await expect(measureCommand({ ...common(), ...nowhere, threads: 100_000 })).rejects.toMatchObject({
    code: 'invalid-option',
    message: 'measure: --threads 100000 is more than 1024',
  });
});

it('opens a picture without a spacing as the click app does, without one', async () => {
  const asked: unknown[] = [];
  const segmenter = {
    open: async (image: { shape: readonly number[] }, { spacing }: { spacing?: unknown }) => {
      asked.push(spacing);
      const mask = raster(new Uint8Array(image.shape[0] * image.shape[1]).fill(1), image.shape);
      return { add() {}, predict: async () => ({ mask }), dispose: async () => {} };
    },
  } as unknown as Segmenter;
  const [unknown] = await openFolder(others);
  const known = { ...unknown, spacingKnown: true, spacing: { x: 2, y: 2, z: 1 } };
  const [inPixels, inMm] = await measure([unknown, known], {
    segmenter,
    clicks: 1,
    seed: 1,
    distancesAt: [1],
  });
  expect(asked).toEqual([undefined, { x: 2, y: 2, z: 1 }]);
  expect(inMm.hausdorff![0]).toBeCloseTo(2 * inPixels.hausdorff![0]!, 6);
});
