import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@clickseg/simulate';
import { exportModel, initialWeights, unet } from '@clickseg/train';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eightBits } from '../src/eight-bits.ts';
import { MODEL_CT_METADATA } from '../src/recipe.ts';
import { pairsFolder, pictureFolder } from './picture-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await pictureFolder();
});
afterAll(() => rm(folder, { recursive: true }));

it('calibrates a model that zooms on windows, one that does not on crops at its own scale', async () => {
  const data = join(folder, 'pairs');
  await mkdir(data);
  await pairsFolder(folder, data);
  const net = unet({ width: 8, levels: 1 });
  const bytes = exportModel(net, initialWeights(net, seededRandom(1)));
  // Pictures without a spacing are the same slices to both; only the crops can tell them apart.
  const { zoom, ...fixed } = MODEL_CT_METADATA;
  const [windows, crops, again, wide] = await Promise.all(
    [MODEL_CT_METADATA, fixed, { ...fixed, name: 'other' }, { ...fixed, sigma: 5 }].map((metadata) =>
      eightBits({ path: 'model.onnx', bytes, metadata }, { data }),
    ),
  );
  expect(zoom).toBeDefined();
  expect(Buffer.compare(crops, again)).toBe(0);
  expect(Buffer.compare(crops, windows)).not.toBe(0);
  // Clicks of another sigma are other inputs.
  expect(Buffer.compare(crops, wide)).not.toBe(0);
  const erf = { path: 'model.onnx', bytes, metadata: { ...fixed, kernel: 'erf' } as const };
  await expect(eightBits(erf, { data: 'nowhere' })).rejects.toMatchObject({
    code: 'invalid-model',
    message: expect.stringMatching(/^model\.onnx .*kernel 'erf'/),
  });
}, 60_000);
