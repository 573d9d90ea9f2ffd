import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { averageCommand } from '../src/average-command.ts';
import { measureCommand } from '../src/measure-command.ts';
import { packCommand } from '../src/pack-command.ts';
import { publishCommand } from '../src/publish-command.ts';
import { STAGES } from '../src/recipe.ts';
import { trainCommand } from '../src/train-command.ts';
import { pictureFolder } from './picture-folder.ts';

let folder: string;
/** Every stage, a step each, on crops and from a pool that cost little. */
const stages = STAGES.map((stage) => ({
  ...stage,
  steps: 1,
  batch: 16,
  crop: [64, 64] as const,
  ...(stage.pool && { pool: 20 }),
}));

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
  folder = await pictureFolder();
});
afterAll(() => rm(folder, { recursive: true }));

describe('train, measure, publish', () => {
  it('go from a folder of pictures to a published model', async () => {
    const run = join(folder, 'run');
    await trainCommand({ data: folder, out: run, stages });
    await measureCommand({
      data: folder,
      model: join(run, 'model.onnx'),
      split: 'val',
      out: run,
      limit: 1,
      seed: 1,
    });
    const [line, ...others] = (await readFile(join(run, 'dice-val.jsonl'), 'utf8')).trim().split('\n');
    expect(others).toEqual([]);
    const measured = JSON.parse(line);
    expect(measured).toMatchObject({ group: 'discs', label: 5 });
    expect(measured.dice).toHaveLength(15);
    for (const d of measured.dice) expect(d).toSatisfy((v: number) => v >= 0 && v <= 1);

    await publishCommand({ run, to: join(folder, 'package'), data: folder });
    const published = await readFile(join(folder, 'package/model.onnx'));
    expect(published.equals(await readFile(join(run, 'model.onnx')))).toBe(true);
    const module = await readFile(join(folder, 'package/model.js'), 'utf8');
    expect(module).toContain(`size: ${published.length}`);
    const compact = await readFile(join(folder, 'package/compact.onnx'));
    expect(module).toContain(`size: ${compact.length}`);
    expect(compact.length).toBeLessThan(published.length / 2.5);
    expect(compact.toString('latin1')).toContain('"name":"clickseg-ct-8bit"');

    const mean = join(folder, 'mean.onnx');
    await averageCommand({
      models: [join(run, 'model.onnx'), join(folder, 'package/model.onnx')],
      out: mean,
    });
    expect((await readFile(mean)).length).toBe(published.length);
  }, 120_000);

  it('refuse a stage that does not exist, and a later one without the model that it goes on from', async () => {
    const out = join(folder, 'refused');
    await expect(trainCommand({ data: folder, out, stages, stage: 99 })).rejects.toThrow(
      /--stage 99 is none/,
    );
    await expect(trainCommand({ data: folder, out, stages, stage: 2 })).rejects.toThrow(/--stage 2 .*--from/);
  });

  it('name a model that is missing, or that has no other to be averaged with', async () => {
    const gone = join(folder, 'gone.onnx');
    const kind = { code: 'invalid-file', message: expect.stringContaining('gone.onnx') };
    await expect(averageCommand({ models: [gone, gone], out: gone })).rejects.toMatchObject(kind);
    await expect(measureCommand({ data: folder, model: gone, split: 'val', seed: 1 })).rejects.toMatchObject(
      kind,
    );
    await expect(averageCommand({ models: [gone], out: gone })).rejects.toThrow(/gone.onnx is not two/);
    const text = join(folder, 'index.json');
    await expect(averageCommand({ models: [text, text], out: gone })).rejects.toThrow(/index\.json: model/);
  });

  it('refuse to measure or pack nothing', async () => {
    const model = join(folder, 'run/model.onnx');
    const none = { data: folder, model, seed: 1 };
    await expect(measureCommand({ ...none, split: 'test' })).rejects.toThrow(/no case of split 'test'/);
    await expect(measureCommand({ ...none, split: 'val', groups: 'livr' })).rejects.toThrow(/of group livr/);
    const empty = join(folder, 'empty');
    await mkdir(empty);
    await writeFile(join(empty, 'index.json'), '[]');
    await expect(packCommand({ data: empty, out: join(empty, 'slices.bin') })).rejects.toThrow(
      /split 'train'/,
    );
    await expect(packCommand({ data: folder, out: join(folder, 'gone/slices.bin') })).rejects.toMatchObject({
      code: 'invalid-file',
    });
  });

  it('say what is missing where there is no data', async () => {
    const nowhere = join(folder, 'nowhere');
    await expect(trainCommand({ data: nowhere, out: nowhere })).rejects.toThrow(/nowhere/);
  });
});
