import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_METADATA_KEY, readModel } from '@clickseg/runtime';
import { seededRandom } from '@clickseg/simulate';
import {
  exportModel,
  initialWeights,
  parameterCountOf,
  readsPreviousMask,
  type UnetOptions,
  unet,
} from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { averageCommand } from '../src/average-command.ts';
import { exportCommand } from '../src/export-command.ts';
import { fitCommand } from '../src/fit-command.ts';
import { modelProperties } from '../src/model-properties.ts';
import { quantizeCommand } from '../src/quantize-command.ts';
import { MODEL_CT, MODEL_CT_METADATA, STAGES } from '../src/recipe.ts';
import { startCommand } from '../src/start-command.ts';
import { trainCommand } from '../src/train-command.ts';
import { pictureFolder } from './picture-folder.ts';

const SIZE = 32;
const PLANE = SIZE * SIZE;
/** Model-ct's last stage alone, a step on crops that cost little. */
const stages = [{ ...STAGES[STAGES.length - 1], steps: 1, batch: 16, pool: 16, crop: [SIZE, SIZE] as const }];

let folder: string;
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  folder = await pictureFolder();
});
afterAll(() => rm(folder, { recursive: true }));

/** A model of random weights. */
async function model(name: string, options: UnetOptions): Promise<string> {
  const net = unet(options);
  const path = join(folder, name);
  const weights = initialWeights(net, seededRandom(1));
  await writeFile(path, exportModel(net, weights, modelProperties(MODEL_CT_METADATA, net)));
  return path;
}

const describedBy = (bytes: Uint8Array) => JSON.parse(readModel(bytes).properties[MODEL_METADATA_KEY]!);

/** Reads the previous mask, and says so. */
async function expectFour(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  expect(readsPreviousMask(bytes)).toBe(true);
  expect(describedBy(bytes)).toMatchObject({ previousMask: true });
  return bytes;
}

async function answer(bytes: Uint8Array, channels: readonly Float32Array[]): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const data = Float32Array.from(channels.flatMap((channel) => [...channel]));
  const shape = [1, channels.length, SIZE, SIZE];
  const { probability } = await session.run({ input: new ort.Tensor('float32', data, shape) });
  await session.release();
  return probability.data as Float32Array;
}

describe('a network that reads the previous mask', () => {
  it('starts from a model that does not, is trained on, and exported as what it is', async () => {
    const three = await model('three.onnx', { ...MODEL_CT, previousMask: false });
    const start = join(folder, 'start.bin');
    const how = { from: three, data: folder, stages, out: start, width: MODEL_CT.width };
    await startCommand({ ...how, previousMask: true });
    const { layout } = unet({ ...MODEL_CT, previousMask: true });
    expect(parameterCountOf(await readFile(start))).toBe(layout.parameterCount);

    // A run elsewhere that stands at its start.
    const run = join(folder, 'elsewhere');
    await mkdir(run);
    await copyFile(start, join(run, 'checkpoint-1.bin'));
    const four = join(folder, 'four.onnx');
    await exportCommand({ run, out: four });
    const random = seededRandom(2);
    const [image, mask] = [0, 0].map(() => Float32Array.from({ length: PLANE }, () => 2 * random() - 1));
    const before = await answer(await readFile(three), [image, image, image]);
    expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(0.1);
    const after = await answer(await expectFour(four), [image, image, image, mask]);
    expect(Math.max(...before.map((p, i) => Math.abs(p - after[i])))).toBeLessThan(1e-4);

    const trained = join(folder, 'trained');
    await trainCommand({ data: folder, out: trained, stages, from: four, threads: 1 });
    await expectFour(join(trained, 'model.onnx'));
    await exportCommand({ run: trained, out: join(trained, 'again.onnx') });
    await expectFour(join(trained, 'again.onnx'));

    // Without the flag, what the model has: none, and four where it has four.
    await startCommand(how);
    expect(parameterCountOf(await readFile(start))).toBe(
      unet({ ...MODEL_CT, previousMask: false }).layout.parameterCount,
    );
    await startCommand({ ...how, from: four, width: 20 });
    const wide = unet({ ...MODEL_CT, previousMask: true, width: 20 });
    expect(parameterCountOf(await readFile(start))).toBe(wide.layout.parameterCount);
  }, 120_000);

  const tiny = { width: 8, levels: 2 };

  it('is fitted and quantized as such, and a model that does not is not', async () => {
    const flags = { ...tiny, size: 32, steps: 2, batch: 2, interactions: 1, threads: 1 };
    for (const previousMask of [true, false]) {
      const from = await model(`tiny-${previousMask}.onnx`, { ...tiny, previousMask });
      const out = join(folder, `fit-${previousMask}`);
      await fitCommand({ ...flags, preset: 'finetune', data: folder, out, from });
      const small = join(out, 'small.onnx');
      const fitted = join(out, 'model.onnx');
      await quantizeCommand({ model: fitted, out: small, to: 'int8', data: folder, share: 0.9999 });
      const exported = join(out, 'exported.onnx');
      await exportCommand({ run: out, out: exported });
      for (const path of [fitted, small, exported]) {
        if (previousMask) await expectFour(path);
        else {
          const bytes = await readFile(path);
          expect(readsPreviousMask(bytes)).toBe(false);
          expect(describedBy(bytes)).not.toHaveProperty('previousMask');
        }
      }
      expect((await readFile(small)).toString('latin1')).toContain('QuantizeLinear');
    }
  }, 60_000);

  it('is not averaged with one that does not', async () => {
    const models = [await model('a.onnx', tiny), await model('b.onnx', { ...tiny, previousMask: true })];
    const refusal = averageCommand({ models, out: join(folder, 'mean.onnx') });
    await expect(refusal).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/first model does not read the previous mask, number 2 reads/),
    });
  });
});
