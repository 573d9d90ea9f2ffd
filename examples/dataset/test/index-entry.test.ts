import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadFolder, loadIndex, makePhantom, writeNifti } from '../src/node.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-index-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entry = {
  case: 'a',
  split: 'train',
  group: 'liver',
  patient: 'p1',
  kind: '3d',
  modality: 'CT',
  image: 'a.nii',
  label: 'a_lab.nii',
  shape: [32, 24, 1],
  spacing: [12, 12, 10],
  labels: { liver: { id: 5 } },
};
const write = (text: unknown) =>
  writeFile(join(folder, 'index.json'), typeof text === 'string' ? text : JSON.stringify(text));
const phantom = makePhantom({ shape: [1, 24, 32], spacing: { x: 12, y: 12, z: 10 } });

describe('an index', () => {
  it.each([
    [{ cases: [entry] }, /Object is no list of cases, expected \[\{ "case": ..., "image"/],
    [[null], /entry 0 is null/],
    [
      [entry, { ...entry, case: 'b', image: undefined }],
      /entry 1 \(b\): image is undefined, expected a text/,
    ],
    [[{ ...entry, patient: undefined }], /patient is undefined/],
    [[{ ...entry, kind: 'volume' }], /kind is "volume", expected '2d' or '3d'/],
    [[{ ...entry, shape: [24, 32] }], /shape is \[24,32\]/],
    [[{ ...entry, spacing: null }], /spacing is null, expected mm/],
    [[{ ...entry, spacing: undefined }], /spacing is undefined/],
    [[{ ...entry, labels: undefined }], /labels is undefined/],
    [[{ ...entry, labels: { liver: 5 } }], /labels is Object/],
    [
      [{ ...entry, labels: { liver: { id: 5 }, spleen: { id: 1 }, tumour: { id: 5 } } }],
      /entry 0 \(a\): liver and tumour both have the id 5/,
    ],
    [[entry, { ...entry, image: 'b.nii' }], /entries 0 and 1 are both case a of group liver/],
  ])('%j says which entry lacks what', async (index, message) => {
    await write(index);
    expect(() => loadIndex(folder)).toThrow(message);
    expect(() => loadIndex(folder)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  it('may begin with the mark of a Windows editor, and leave a picture’s spacing open', async () => {
    const picture = {
      ...entry,
      kind: '2d',
      image: 'a.png',
      label: 'a_lab.png',
      shape: [24, 32],
      spacing: null,
    };
    await write(`\uFEFF${JSON.stringify([picture])}`);
    expect(loadIndex(folder)).toMatchObject([{ case: 'a', spacingKnown: false, shape: [1, 24, 32] }]);
  });
});

it('says which splits there are where there is none of a name', async () => {
  await write([entry, { ...entry, split: 'val' }]);
  expect(() => loadFolder(folder, { split: 'test' })).toThrow(
    /no labelled images .* of split 'test' in it; its index has train, val$/,
  );
});

it('an id may come again in another group or split', async () => {
  await write([entry, { ...entry, group: 'spleen' }, { ...entry, split: 'val' }]);
  expect(loadIndex(folder)).toHaveLength(3);
});

describe('the spacing of an index', () => {
  const anisotropic = makePhantom({ shape: [2, 24, 32], spacing: { x: 12, y: 8, z: 10 } });
  const volume = { ...entry, shape: [32, 24, 2] };
  beforeEach(async () => {
    await writeFile(join(folder, 'a.nii'), writeNifti(anisotropic.image));
    await writeFile(join(folder, 'a_lab.nii'), writeNifti(anisotropic.label));
  });
  const spacingOf = async (index: unknown) => {
    await write([index]);
    const [one] = loadIndex(folder);
    return { stated: one.spacing, loaded: (await one.load()).image };
  };

  it('counts where the header says otherwise', async () => {
    const { stated, loaded } = await spacingOf({ ...volume, spacing: [6, 4, 9] });
    expect(stated).toEqual({ x: 6, y: 4, z: 9 });
    expect(loaded.spacing).toEqual({ x: 6, y: 4, z: 9 });
    // Columns to the left, rows to the back, slices up.
    expect(loaded.affine.map((row) => row.slice(0, 3))).toEqual([
      [-6, 0, 0],
      [0, -4, 0],
      [0, 0, 9],
      [0, 0, 0],
    ]);
  });

  it('leaves the header its further digits where it only rounds', async () => {
    const { loaded } = await spacingOf({ ...volume, spacing: [12.004, 8, 10] });
    expect(loaded.spacing).toEqual({ x: 12, y: 8, z: 10 });
  });

  it('is refused where it has the header’s numbers in another order', async () => {
    await expect(spacingOf({ ...volume, spacing: [10, 12, 8] })).rejects.toThrow(
      /a: the index says spacing \[10,12,8\], its image has \[12,8,10\] along x/,
    );
  });

  it('of a picture is height, width as its shape is, and the picture has it', async () => {
    const grey = encode({ width: 4, height: 1, channels: 1, depth: 8, data: new Uint8Array(4) });
    await writeFile(join(folder, 'a.png'), grey);
    const picture = { ...entry, kind: '2d', image: 'a.png', label: 'a.png', shape: [1, 4] };
    const { stated, loaded } = await spacingOf({ ...picture, spacing: [2, 0.5] });
    expect(stated).toEqual({ x: 0.5, y: 2, z: 1 });
    expect(loaded.spacing).toEqual({ x: 0.5, y: 2, z: 1 });
    expect((await spacingOf({ ...picture, spacing: null })).loaded.spacing).toEqual({ x: 1, y: 1, z: 1 });
  });

  it('is part of what a case’s contents are', async () => {
    await write([{ ...volume, spacing: [12, 8, 10] }]);
    const one = await loadIndex(folder)[0].contents();
    await write([{ ...volume, spacing: [12, 8, 11] }]);
    expect(await loadIndex(folder)[0].contents()).not.toBe(one);
  });
});

describe('a case', () => {
  const load = async () => (loadIndex(folder)[0] as { load(): Promise<unknown> }).load();
  beforeEach(async () => {
    await write([entry]);
    await writeFile(join(folder, 'a.nii'), writeNifti(phantom.image));
  });

  it('is loaded where image and label map lie in one place', async () => {
    await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label));
    await expect(load()).resolves.toBeDefined();
  });

  it('is refused where the label map lost its image’s affine, as it would be learnt mirrored', async () => {
    // What NumPy writes with np.eye(4): x to the right, y to the front, from the origin.
    const turned = [
      [12, 0, 0, 0],
      [0, 12, 0, 0],
      [0, 0, 10, 0],
      [0, 0, 0, 1],
    ];
    const { grid: _, ...label } = phantom.label;
    await writeFile(join(folder, 'a_lab.nii'), writeNifti({ ...label, affine: turned }));
    await expect(load()).rejects.toThrow(
      /lie apart: voxel .* mm; save the label map with its image's affine/,
    );
  });

  it('of two faults is told the image’s, whichever file is read first', async () => {
    await write([{ ...entry, image: 'long/way/to/none.nii', label: 'none_lab.nii' }]);
    for (let n = 0; n < 10; n++) await expect(load()).rejects.toThrow(/to\/none\.nii: cannot be opened/);
    // An image that is read to its end, beside a label map that is not there: only the first fault's place differs.
    await writeFile(join(folder, 'torn.nii'), writeNifti(phantom.image).subarray(0, 1000));
    await write([{ ...entry, image: 'torn.nii', label: 'none_lab.nii' }]);
    await expect(load()).rejects.toThrow(/torn\.nii: cut short/);
  });

  it('is refused where the index says another shape', async () => {
    await write([{ ...entry, shape: [32, 32, 1] }]);
    await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label));
    await expect(load()).rejects.toThrow(
      /^a: the index says \[32,32,1\], its image is \[32,24,1\] along x \(columns\), y \(rows\), z \(slices\)/,
    );
  });

  it.each([
    [[24, 32, 1], '3d', /says \[24,32,1\], its image is \[32,24,1\] along x/],
    [[1, 24, 32], '3d', /says \[1,24,32\], its image is \[32,24,1\] along x/],
    [[32, 24], '2d', /says \[32,24\], its image is \[24,32\] along height, width of the radiological view$/],
  ])('is refused where the index says its shape in another order, %j', async (shape, kind, message) => {
    await write([{ ...entry, kind, shape, spacing: kind === '2d' ? [12, 12] : entry.spacing }]);
    await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label));
    await expect(load()).rejects.toThrow(message);
  });

  it('of kind 2d has one slice, stated as height and width', async () => {
    await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label));
    await write([{ ...entry, kind: '2d', shape: [24, 32], spacing: [12, 12] }]);
    await expect(load()).resolves.toBeDefined();
    const two = makePhantom({ shape: [2, 24, 32], spacing: { x: 12, y: 12, z: 10 } });
    await writeFile(join(folder, 'a.nii'), writeNifti(two.image));
    await expect(load()).rejects.toThrow(/says \[24,32\], its image is \[32,24,2\] along x/);
  });
});
