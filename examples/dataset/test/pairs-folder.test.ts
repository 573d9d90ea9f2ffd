import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadFolder, makePhantom, writeNifti } from '../src/node.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-pairs-'));
});
afterEach(() => rm(folder, { recursive: true }));

const phantom = makePhantom({ shape: [1, 24, 32], spacing: { x: 12, y: 12, z: 10 } });

it.each([
  ['the Decathlon', { background: 0, liver: 5, spleen: 1 }, 'case_1.nii'],
  ['nnU-Net', { '0': 'background', '5': 'liver', '1': 'spleen' }, 'case_1_0000.nii'],
])('reads the layout of %s', async (_, labels, image) => {
  await mkdir(join(folder, 'imagesTr'));
  await mkdir(join(folder, 'labelsTr'));
  await writeFile(join(folder, 'dataset.json'), JSON.stringify({ labels }));
  await writeFile(join(folder, 'imagesTr', image), writeNifti(phantom.image));
  await writeFile(join(folder, 'labelsTr', 'case_1.nii'), writeNifti(phantom.label));
  const [one, ...others] = loadFolder(folder);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ case: 'case_1', patient: 'case_1', labels: { liver: 5, spleen: 1 } });
  expect((await one.load()).label.data).toEqual(phantom.label.data);
});

it('reads pairs side by side, and says at load what has no label map', async () => {
  await writeFile(join(folder, 'a_img.nii'), writeNifti(phantom.image));
  await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label));
  await writeFile(join(folder, 'b_img.nii'), writeNifti(phantom.image));
  const cases = loadFolder(folder);
  expect(cases.map((c) => c.case)).toEqual(['a', 'b']);
  expect((await cases[0].load()).image.shape).toEqual([1, 24, 32]);
  await expect(cases[1].load()).rejects.toThrow(/b_lab\.nii: cannot be opened/);
});

it('refuses a folder without images', () => {
  expect(() => loadFolder(folder)).toThrow(/no labelled images/);
});
