import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadIndex, makePhantom, writeNifti } from '../src/node.ts';

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
    [{ cases: [entry] }, /Object is no list/],
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

  it('is refused where the index says another shape', async () => {
    await write([{ ...entry, shape: [32, 32, 1] }]);
    await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label));
    await expect(load()).rejects.toThrow(/index says \[32,32,1\], its image is \[1,24,32\]/);
  });
});
