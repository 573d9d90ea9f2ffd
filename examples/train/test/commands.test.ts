import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelMetadata } from '@clickseg/runtime';
import { attachMetadata } from '@clickseg/runtime/node';
import { seededRandom } from '@clickseg/simulate';
import { exportModel, initialWeights, unet } from '@clickseg/train';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { averageCommand } from '../src/average-command.ts';
import { exportCommand } from '../src/export-command.ts';
import { measureCommand } from '../src/measure-command.ts';
import { modelProperties } from '../src/model-properties.ts';
import { packCommand } from '../src/pack-command.ts';
import { publishCommand } from '../src/publish-command.ts';
import { quantizeCommand } from '../src/quantize-command.ts';
import { MODEL_CT_METADATA, STAGES } from '../src/recipe.ts';
import { startCommand } from '../src/start-command.ts';
import { trainCommand } from '../src/train-command.ts';
import { pairsFolder, pictureFolder } from './picture-folder.ts';

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

  it('do not go on in a folder that was begun with other slices, but with one of before there was a mark', async () => {
    const [data, out] = ['changing', 'marked'].map((name) => join(folder, name));
    await mkdir(data);
    await pairsFolder(folder, data, [0, 1]);
    const command = { data, out, stages: stages.slice(0, 1), threads: 1 };
    await trainCommand(command);
    const mark = JSON.parse(await readFile(join(out, 'train.json'), 'utf8'));
    expect(mark).toEqual({
      slices: [{ group: 'images', slices: 2, digest: expect.stringMatching(/^[0-9a-f]{16}$/) }],
    });
    await trainCommand(command);
    await rm(join(data, '0_img.png'));
    await rm(join(data, '0_lab.png'));
    await pairsFolder(folder, data, [2]);
    await expect(trainCommand(command)).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/marked was begun otherwise: other slices \(see its train\.json\)/),
    });
    await rm(join(out, 'train.json'));
    await trainCommand(command);
    expect(JSON.parse(await readFile(join(out, 'train.json'), 'utf8'))).not.toEqual(mark);
  }, 60_000);

  it('refuse what does not fit before they read scans', async () => {
    const data = join(folder, 'nowhere');
    const model = join(folder, 'run/model.onnx');
    const net = unet({ width: 2, levels: 2 });
    const small = join(folder, 'small.onnx');
    const properties = (metadata: ModelMetadata) => modelProperties(metadata, net);
    const weights = initialWeights(net, seededRandom(1));
    await writeFile(small, exportModel(net, weights, properties(MODEL_CT_METADATA)));
    await expect(trainCommand({ data, out: join(folder, 'new'), from: small })).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/small\.onnx: .*width 16 and 4 levels/),
    });
    const start = { data, from: model, out: join(folder, 'start.bin') };
    await expect(startCommand({ ...start, width: 8 })).rejects.toThrow(
      /--width 8 cannot hold the 16 channels/,
    );
    for (const refusing of [
      trainCommand({ data, out: join(folder, 'new'), threads: 100_000 }),
      quantizeCommand({
        model,
        out: join(folder, 'q.onnx'),
        to: 'int8',
        data,
        share: 0.9999,
        threads: 100_000,
      }),
    ]) {
      await expect(refusing).rejects.toThrow(/threads 100000 is not a whole number from 1 to 1024/);
    }
    await expect(startCommand({ ...start, width: 300 })).rejects.toThrow(/width 300/);
    await expect(startCommand({ ...start, width: 256 })).rejects.toMatchObject({ code: 'too-large' });
    await expect(startCommand({ ...start, width: 16, levels: 3 })).rejects.toThrow(/model\.onnx: .*3 levels/);
    const wide = join(folder, 'wide.onnx');
    await writeFile(
      wide,
      attachMetadata(await readFile(model), { ...MODEL_CT_METADATA, previousMask: true, sigma: 3 }),
    );
    await expect(startCommand({ ...start, from: wide, width: 16 })).rejects.toThrow(
      /wide\.onnx .*sigma 3, model-ct of 2/,
    );

    const isFolder = { code: 'invalid-file', message: `${folder} cannot be written: it is a folder` };
    await expect(averageCommand({ models: [model, model], out: folder })).rejects.toMatchObject(isFolder);
    await expect(quantizeCommand({ model, out: folder, to: 'int8', share: 1, data })).rejects.toMatchObject(
      isFolder,
    );
    await expect(exportCommand({ run: folder, out: folder })).rejects.toMatchObject(isFolder);
    await expect(publishCommand({ run: join(folder, 'run'), to: model, data })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/--to .*model\.onnx.*figures: ENOTDIR/),
    });
  });

  it('refuse to measure or pack nothing', async () => {
    const model = join(folder, 'run/model.onnx');
    const none = { data: folder, model, seed: 1 };
    await expect(measureCommand({ ...none, split: 'test' })).rejects.toThrow(/no case of split 'test'/);
    await expect(measureCommand({ ...none, split: 'val', groups: 'livr' })).rejects.toThrow(/of group livr/);
    await expect(measureCommand({ ...none, split: 'val', groups: 'discs,livr' })).rejects.toThrow(
      /split 'val' of group livr$/,
    );
    const bare = join(folder, 'bare');
    await mkdir(bare);
    const index = await readFile(join(folder, 'index.json'), 'utf8');
    await writeFile(join(bare, 'index.json'), index.replaceAll('_lab.png', '.png'));
    const black = encode({ width: 64, height: 64, channels: 1, depth: 8, data: new Uint8Array(64 * 64) });
    for (const n of [2, 3]) await writeFile(join(bare, `${n}.png`), black);
    await expect(measureCommand({ ...none, data: bare, out: join(bare, 'out') })).rejects.toMatchObject({
      code: 'empty-mask',
      message: expect.stringMatching(/no structure to measure in 2 cases of .*bare$/),
    });
    expect(await readdir(join(bare, 'out'))).toEqual([]);
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
