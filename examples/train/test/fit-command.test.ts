import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { radiologicalAffine, writeNifti } from '@clickseg/example-dataset';
import {
  METADATA_DEFAULTS,
  MODEL_METADATA_KEY,
  type ModelMetadata,
  parseMetadata,
  readModel,
  type Segmenter,
} from '@clickseg/runtime';
import { seededRandom } from '@clickseg/simulate';
import { exportModel, halfWeights, initialWeights, quantize, unet } from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { casesOf } from '../src/data-folder.ts';
import { describeCases } from '../src/describe-cases.ts';
import { exportCommand } from '../src/export-command.ts';
import { type FitFlags, fitCommand, settingsOf } from '../src/fit-command.ts';
import { gridCommand } from '../src/grid-command.ts';
import { loadSlices } from '../src/load-slices.ts';
import { measure } from '../src/measure.ts';
import { modelProperties } from '../src/model-properties.ts';
import { openFolder } from '../src/open-folder.ts';
import { publishCommand } from '../src/publish-command.ts';
import { quantizeCommand } from '../src/quantize-command.ts';
import { MODEL_CT_METADATA } from '../src/recipe.ts';
import { casesFor } from '../src/run-settings.ts';
import { pairsFolder, pictureFolder } from './picture-folder.ts';

const SIDE = 64;
const tiny = { width: 8, levels: 2 };
const short = { ...tiny, size: 32, steps: 2, batch: 2, interactions: 1, threads: 1 };
const BY_FILE = 'each file counted as a patient (--patient says otherwise)';
const { zoom: _, ...WITHOUT_ZOOM } = MODEL_CT_METADATA;

let folder: string;
/** The pictures with an index that says 1 mm, without one, and models that zoom and do not. */
let indexed: string;
let pairs: string;
let zooming: string;
let fixed: string;

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  folder = await pictureFolder();
  [indexed, pairs] = [folder, join(folder, 'pairs')];
  const index = join(folder, 'index.json');
  await writeFile(index, (await readFile(index, 'utf8')).replaceAll('"spacing":null', '"spacing":[1,1]'));
  await mkdir(pairs);
  await pairsFolder(folder, pairs);
  zooming = await model('zooming.onnx', MODEL_CT_METADATA);
  fixed = await model('fixed.onnx', WITHOUT_ZOOM);
});
afterAll(() => rm(folder, { recursive: true }));

async function model(name: string, metadata: ModelMetadata): Promise<string> {
  const net = unet(tiny);
  const path = join(folder, name);
  await writeFile(
    path,
    exportModel(net, initialWeights(net, seededRandom(1)), modelProperties(metadata, net)),
  );
  return path;
}

const refused = (message: RegExp) => ({ code: 'invalid-option', message: expect.stringMatching(message) });

describe('a model to go on from', () => {
  const flags = (from: string, preset?: string): FitFlags => ({
    ...short,
    data: pairs,
    out: folder,
    from,
    preset,
  });

  it('is fine-tuned unless a preset is named, in the crops that its model was trained on', async () => {
    const [windows, crops] = [await settingsOf(flags(zooming)), await settingsOf(flags(fixed))];
    for (const { train, steps } of [windows, crops]) {
      expect(train.learningRate).toBe(3e-4);
      expect(steps).toBe(2);
    }
    expect(windows.set.augmentation).toMatchObject({ size: [24, 84], standardize: true });
    // The runtime shows this one its whole working grid, scaled once.
    expect(crops.set.augmentation).toEqual({ flip: true, rotation: 10, zoom: 1.25, shift: 0.1 });
    expect((await settingsOf({ ...short, data: pairs, out: folder })).train.learningRate).toBe(1e-3);
  });

  it('is not trained on what its runtime never shows it', async () => {
    for (const preset of ['quick', 'paper']) {
      await expect(settingsOf(flags(zooming, preset))).rejects.toMatchObject(
        refused(/zooming.onnx zooms .*'finetune'/),
      );
    }
    await expect(settingsOf(flags(fixed, 'windows'))).rejects.toMatchObject(
      refused(/fixed.onnx sees its whole working grid.*'finetune'/),
    );
    await expect(settingsOf(flags(fixed, 'quick'))).resolves.toBeDefined();
    await expect(settingsOf(flags(zooming, 'windows'))).resolves.toBeDefined();
  });

  it('has a spacing of its own', async () => {
    await expect(settingsOf({ ...flags(zooming), spacing: 3 })).rejects.toMatchObject(
      refused(/--spacing 3: /),
    );
  });

  it('is named where it does not fit, before scans are opened', async () => {
    const data = join(folder, 'nowhere');
    const text = join(folder, 'text.onnx');
    await writeFile(text, '<svg></svg>');
    await expect(fitCommand({ ...flags(text), data })).rejects.toThrow(/text\.onnx: .*plain text/);
    await expect(fitCommand({ ...flags(zooming), width: 4, data })).rejects.toThrow(
      /zooming\.onnx: .*down\.0\.0\.bias.*width 4.*; say its own with --width, --levels and --variant$/,
    );
  });

  it('is a float model: its smaller forms are told as such, to quantize too', async () => {
    const bytes = await readFile(zooming);
    const inputs = [{ data: new Float32Array(3 * 256).fill(1, 99), shape: [1, 3, 16, 16] }];
    for (const [form, small] of [
      ['an 8-bit form', await quantize(bytes, { ort, inputs })],
      ['a float16 form', halfWeights(bytes)],
    ] as const) {
      const out = join(folder, 'small.onnx');
      await writeFile(out, small);
      const kind = {
        code: 'invalid-model',
        message: expect.stringContaining(`${out} is ${form}; name the float model`),
      };
      await expect(settingsOf(flags(out))).rejects.toMatchObject(kind);
      const again = quantizeCommand({
        model: out,
        out: join(folder, 'again'),
        to: 'int8',
        data: pairs,
        share: 1,
      });
      await expect(again).rejects.toMatchObject(kind);
    }
  });
});

describe('the clicks of a model to go on from', () => {
  it('have its own sigma, in training and where its statistics are measured', async () => {
    const wide = await model('wide.onnx', { ...WITHOUT_ZOOM, sigma: 5 });
    const fed: { name: string; data: Float32Array; plane: number }[] = [];
    const create = ort.InferenceSession.create.bind(ort.InferenceSession) as (
      ...all: unknown[]
    ) => Promise<ort.InferenceSession>;
    const spy = vi.spyOn(ort.InferenceSession, 'create').mockImplementation(async (...all: unknown[]) => {
      const session = await create(...all);
      const run = session.run.bind(session);
      session.run = (feeds: ort.InferenceSession.FeedsType) => {
        // The steps alone have Adam's moments; asking for the block of channels does not.
        const name = feeds.m ? 'x' : 'input';
        const { data, dims } = (feeds[name] ?? { dims: [] }) as ort.Tensor;
        if (dims.length === 4) fed.push({ name, data: data as Float32Array, plane: dims[2] * dims[3] });
        return run(feeds);
      };
      return session;
    });
    const out = join(folder, 'wide');
    await fitCommand({ ...short, interactions: 0, data: pairs, out, from: wide });
    spy.mockRestore();
    const trained = fed.filter(({ name }) => name === 'x');
    expect(trained).toHaveLength(2);
    // Of what its statistics are measured on, the first prediction sees first clicks alone.
    for (const { data, plane } of [fed.find(({ name }) => name === 'input')!, ...trained]) {
      const map = data.subarray(plane, 2 * plane);
      const peak = map.indexOf(1);
      expect(peak).toBeGreaterThan(0);
      // A bell of deviation 5, one pixel from its peak.
      expect(map[peak + 1]).toBeCloseTo(Math.exp(-1 / 50), 6);
    }
  });

  it('are refused by name where their kernel is another than training renders', async () => {
    const erf = await model('erf.onnx', { ...WITHOUT_ZOOM, kernel: 'erf' });
    await expect(settingsOf({ ...short, data: pairs, out: folder, from: erf })).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/erf\.onnx .*kernel 'erf'.*'sampled'/),
    });
  });
});

describe('a scan of an index that cannot be learnt from', () => {
  const metadata: ModelMetadata = { ...METADATA_DEFAULTS, format: 1, name: 'm', spacing: 1 };
  const shape = [2, 8, 8] as const;
  const grid = { spacing: { x: 1, y: 1, z: 1 }, affine: radiologicalAffine({ x: 1, y: 1, z: 1 }) };

  async function write(name: string, image: Float64Array, label: Float32Array): Promise<string> {
    const data = join(folder, name);
    await mkdir(data);
    await writeFile(join(data, 'image.nii'), writeNifti({ data: image, shape, ...grid }));
    await writeFile(join(data, 'label.nii'), writeNifti({ data: label, shape, ...grid }));
    const entry = { case: 'c7', split: 'train', group: 'g', patient: 'p', kind: '3d', modality: 'CT' };
    const files = { image: 'image.nii', label: 'label.nii', shape: [8, 8, 2], spacing: [1, 1, 1] };
    await writeFile(
      join(data, 'index.json'),
      JSON.stringify([{ ...entry, ...files, labels: { a: { id: 1 } } }]),
    );
    return data;
  }
  const good = () => Float64Array.from({ length: 128 }, (_, i) => i % 7);
  const marked = (id: number) => Float32Array.from({ length: 128 }, (_, i) => (i % 8 > 3 ? id : 0));
  const load = async (data: string) =>
    loadSlices(await casesOf(data, 'train'), { metadata, slicesPerGroup: 9, seed: 1 });

  it.each([300, 256, 0.5, -1, Number.NaN])('is named with its label %d', async (id) => {
    const data = await write(`labels${id}`, good(), marked(id));
    const message = `c7: its label map holds ${id}, no id from 0 to `;
    const refused = { code: 'invalid-file', message: `${message}255` };
    await expect(load(data)).rejects.toMatchObject(refused);
    await expect(openFolder(data)).rejects.toThrow(refused.message);
    // Bytes hold no more; measuring does without them.
    if (id > 255) return;
    const [entry] = await casesOf(data, 'train');
    const measuring = measure([entry], { segmenter: {} as Segmenter, clicks: 1, seed: 1 });
    await expect(measuring).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining(message),
    });
  });

  it.each([Number.NaN, 1e300])('is named with its slice for a pixel of %d', async (value) => {
    const image = good();
    image[64 + 13] = value;
    const data = await write(`pixel${value}`, image, marked(1));
    // Voxel 13 of the second slice of 8 x 8; the file is written in the radiological view's own order.
    await expect(load(data)).rejects.toThrow(/^c7, slice 1: image: pixel x 5, y 1 is/);
    await expect(openFolder(data)).rejects.toThrow(
      /c7: slice 1 of its image holds .*no number that 32 bits hold/,
    );
  });
});

describe('a picture whose spacing is not known', () => {
  const metadata: ModelMetadata = { ...METADATA_DEFAULTS, format: 1, name: 'm', spacing: 2 };
  const shapeOf = async (data: string) => {
    const slices = await loadSlices(await openFolder(data), { metadata, slicesPerGroup: 9, seed: 1 });
    return slices[0].shape;
  };

  it('stays as it is, as the click app shows it; one of 1 mm is brought to the working grid', async () => {
    expect(await shapeOf(pairs)).toEqual([SIDE, SIDE]);
    expect(await shapeOf(indexed)).toEqual([SIDE / 2, SIDE / 2]);
  });

  it('is written down without one, but for a model that zooms: to that it makes no difference', async () => {
    const cases = await openFolder(pairs);
    const spacings = (of: ModelMetadata) =>
      (casesFor(cases, of) as { spacing: unknown }[]).map((c) => c.spacing);
    expect(new Set(spacings(metadata))).toEqual(new Set([null]));
    expect(spacings(MODEL_CT_METADATA)).toEqual(cases.map(({ spacing }) => spacing));
  });

  it('is counted, and so is a NIfTI whose header states none', async () => {
    expect(describeCases(await openFolder(pairs))).toBe(
      `4 cases of 4 patients; ${BY_FILE}; 4 without a spacing: taken pixel by pixel`,
    );
    const all = await openFolder(indexed, { split: 'all' });
    expect(describeCases(all)).toBe('4 cases of 4 patients of split train, val');
    const nifti = join(folder, 'nifti');
    await mkdir(nifti);
    for (const [name, stated] of [
      ['a', true],
      ['b', false],
    ] as const) {
      for (const kind of ['img', 'lab']) {
        const spacing = { x: 1, y: 1, z: 1 };
        const data = new Uint8Array(64).fill(1, stated ? 9 : 10);
        const volume = { data, shape: [1, 8, 8] as const, spacing };
        const bytes = writeNifti({ ...volume, affine: radiologicalAffine(spacing) });
        // Of the header: no sform, and 0 as pixdim.
        if (!stated) bytes.fill(0, 252, 256).fill(0, 80, 92);
        await writeFile(join(nifti, `${name}_${kind}.nii`), bytes);
      }
    }
    expect(describeCases(await openFolder(nifti))).toBe(
      `2 cases of 2 patients; ${BY_FILE}; 1 whose header states no spacing: taken as 1 mm`,
    );
  });
});

describe('a run folder', () => {
  it('is not locked by what was refused, and says of what it was begun with what differs', async () => {
    const out = join(folder, 'mistyped');
    const flags = { ...short, data: indexed, out };
    for (const [wrong, message] of [
      [{ size: 33 }, /size 33 is not a multiple of 4/],
      [{ microBatch: 3 }, /microBatch 3/],
      [{ reading: 'foo' }, /reading 'foo'/],
      [{ variant: 'foo' }, /variant 'foo'/],
      [{ threads: 100_000 }, /threads 100000 is not a whole number from 1 to 1024/],
      [{ batch: 2_000_000_000 }, /batch of 2000000000 images/],
      [{ size: 100_000 }, /images of 100000 x 100000/],
      [{ width: 256, levels: 6, size: 64 }, /parameters of the network/],
      [{ name: '' }, /^--name "" is empty/],
      [{ spacing: 60 }, /^--spacing 60 \(mm\): .*structure of 12 pixels/],
      [{ spacing: 1e-4 }, /^--spacing 0\.0001 \(mm\): .*pixels/],
    ] as const) {
      await expect(fitCommand({ ...flags, ...wrong })).rejects.toThrow(message);
      expect(existsSync(join(out, 'fit.json'))).toBe(false);
    }
    const grid = gridCommand({ ...flags, folds: 2, interactions: [0], spacing: 60 });
    await expect(grid).rejects.toThrow(/^--spacing 60/);
    expect(existsSync(join(out, 'grid.json'))).toBe(false);
    await fitCommand(flags);
    await expect(fitCommand({ ...flags, size: 64 })).rejects.toMatchObject(
      refused(
        /set\.shape \[32,32\], now \[64,64\] \(see its fit\.json\)\. Name another --out, or remove the folder$/,
      ),
    );
    expect(existsSync(join(out, 'run.lock'))).toBe(false);
  });

  it('is told its options before its scans are opened, and a split only where there is an index', async () => {
    const flags = { ...short, data: join(folder, 'nowhere'), out: join(folder, 'unused') };
    await expect(fitCommand({ ...flags, size: 33 })).rejects.toThrow(/size 33/);
    await expect(fitCommand({ ...flags, data: pairs, split: 'train' })).rejects.toMatchObject(
      refused(/^--split train: .*pairs has no index\.json/),
    );
    expect(existsSync(flags.out)).toBe(false);
    await expect(openFolder(pairs, { split: 'train' })).rejects.toMatchObject(refused(/no index\.json/));
    const quantized = { model: zooming, out: join(folder, 'q.onnx'), to: 'int8', data: flags.data };
    await expect(quantizeCommand({ ...quantized, share: 5 })).rejects.toThrow(/share 5/);
  });

  it('is not gone on with where its scans come in another order, as the draws depend on it', async () => {
    const [data, out] = ['ordered', 'order'].map((name) => join(folder, name));
    await mkdir(data);
    await pairsFolder(folder, data);
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
      case: string;
      image: string;
    }[];
    const write = (entries: typeof index) =>
      writeFile(
        join(data, 'index.json'),
        JSON.stringify(
          entries.map((entry) => ({ ...entry, image: entry.image.replace('.png', '_img.png') })),
        ),
      );
    await write(index.reverse());
    await fitCommand({ ...short, data, out });
    await fitCommand({ ...short, data, out });
    await write(index.reverse());
    await expect(fitCommand({ ...short, data, out })).rejects.toMatchObject(
      refused(/begun otherwise: cases in another order \(see its fit\.json\)/),
    );
    // Other settings are told as they are.
    await expect(fitCommand({ ...short, steps: 3, data, out })).rejects.toMatchObject(
      refused(/begun otherwise: steps 2, now 3 \(/),
    );
  });

  it('of an earlier version is gone on with: its cases are sorted, in whatever order they come', async () => {
    const [data, out] = ['sorted', 'earlier'].map((name) => join(folder, name));
    await mkdir(data);
    await pairsFolder(folder, data);
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { image: string }[];
    const entries = index.map((entry) => ({ ...entry, image: entry.image.replace('.png', '_img.png') }));
    await writeFile(join(data, 'index.json'), JSON.stringify(entries.reverse()));
    await fitCommand({ ...short, data, out, split: 'all' });
    const path = join(out, 'fit.json');
    const { order, ...settings } = JSON.parse(await readFile(path, 'utf8')) as {
      order: string;
      cases: { case: string }[];
    };
    expect(order).toMatch(/^[0-9a-f]{16}$/);
    expect(settings.cases.map((entry) => entry.case)).toEqual(['c0', 'c1', 'c2', 'c3']);
    await writeFile(path, JSON.stringify(settings));
    const model = await readFile(join(out, 'model.onnx'));
    await fitCommand({ ...short, data, out, split: 'all' });
    expect(await readFile(join(out, 'model.onnx'))).toEqual(model);
    await expect(fitCommand({ ...short, data, out })).rejects.toMatchObject(
      refused(/begun otherwise: other cases \(/),
    );
  });

  it('names its model, for good: also where it was moved, or begun when all had one name', async () => {
    const [out, moved] = ['first', 'moved'].map((name) => join(folder, name));
    await fitCommand({ ...short, data: pairs, out });
    const nameIn = async (run: string) => {
      const text = readModel(await readFile(join(run, 'model.onnx'))).properties[MODEL_METADATA_KEY];
      return parseMetadata(text as string).name;
    };
    expect(await nameIn(out)).toBe('first');
    await rename(out, moved);
    await fitCommand({ ...short, data: pairs, out: moved });
    expect(await nameIn(moved)).toBe('first');
    await expect(fitCommand({ ...short, data: pairs, out: moved, name: 'other' })).rejects.toMatchObject(
      refused(/metadata\.name "first", now "other"/),
    );
    // Nor does it go where model-ct is unless that is said.
    await expect(publishCommand({ run: moved, data: pairs })).rejects.toMatchObject(
      refused(/^publish: --run .*moved: a run of fit is no model-ct: .*--to$/),
    );
  });

  it('whose fit.json is none of fit is named, not its checkpoint', async () => {
    const [run, out] = [join(folder, 'odd'), join(folder, 'odd.onnx')];
    await fitCommand({ ...short, data: pairs, out: run });
    const path = join(run, 'fit.json');
    for (const [text, why] of [
      ['[]', /fit\.json: \[\] is no JSON object/],
      ['{}', /fit\.json has no width/],
      ['{', /fit\.json: /],
    ] as const) {
      await writeFile(path, text);
      const kind = { code: 'invalid-file', message: expect.stringMatching(why) };
      await expect(exportCommand({ run, out })).rejects.toMatchObject(kind);
    }
    await rm(path);
    await mkdir(path);
    await expect(exportCommand({ run, out })).rejects.toThrow(/fit\.json cannot be read: EISDIR/);
    await rm(path, { recursive: true });
    // Nothing says its size now.
    await exportCommand({ run, out, width: 8, levels: 2 });
    for (const name of ['name', 'version'])
      await expect(exportCommand({ run, out, [name]: ' ' })).rejects.toThrow(`--${name} " " is empty`);
  });

  it('with a damaged checkpoint says which file that is, and what to do', async () => {
    const out = join(folder, 'damaged');
    await fitCommand({ ...short, data: pairs, out });
    const path = join(out, 'checkpoint-1.bin');
    await writeFile(path, (await readFile(path)).subarray(0, 3000));
    const kind = (remedy: RegExp) => ({
      code: 'invalid-checkpoint',
      message: expect.stringMatching(new RegExp(`checkpoint-1\\.bin: .*3000 bytes.*; .*${remedy.source}`)),
    });
    await expect(fitCommand({ ...short, data: pairs, out })).rejects.toMatchObject(kind(/remove the file/));
    const exported = join(folder, 'exported.onnx');
    await expect(exportCommand({ run: out, out: exported })).rejects.toMatchObject(kind(/remove it/));
    await rm(join(out, 'fit.json'));
    await expect(exportCommand({ run: out, out: exported })).rejects.toMatchObject({
      message: expect.stringMatching(/checkpoint-1\.bin: .*--width/),
    });
  });
});
