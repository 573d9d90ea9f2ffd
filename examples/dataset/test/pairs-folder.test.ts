import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
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

it('takes a label map of the other NIfTI ending, its image’s own first', async () => {
  await writeFile(join(folder, 'a_img.nii'), writeNifti(phantom.image));
  await writeFile(join(folder, 'a_lab.nii.gz'), gzipSync(writeNifti(phantom.label)));
  const [one] = loadFolder(folder);
  expect((await one.load()).label.data).toEqual(phantom.label.data);
  const before = await one.contents();
  await writeFile(
    join(folder, 'a_lab.nii'),
    writeNifti({ ...phantom.label, data: phantom.label.data.slice().fill(3) }),
  );
  expect(new Set((await loadFolder(folder)[0].load()).label.data)).toEqual(new Set([3]));
  expect(await loadFolder(folder)[0].contents()).not.toBe(before);
  // A PNG has no place: next to a NIfTI it may be mirrored.
  await writeFile(join(folder, 'b_img.nii'), writeNifti(phantom.image));
  await writeFile(join(folder, 'b_lab.png'), '');
  await expect(loadFolder(folder)[1].load()).rejects.toThrow(/b_img\.nii and b_lab\.png: a PNG does not say/);
});

it.each([
  ['a_img.nii', 'a_lab.NII.GZ'],
  ['a_img.NII', 'a_lab.nii'],
  ['a_img.NII.GZ', 'a_lab.Nii'],
])('takes endings in capitals for what they are: %s and %s', async (image, label) => {
  const bytes = (name: string, file: Uint8Array) => (/gz$/i.test(name) ? gzipSync(file) : file);
  await writeFile(join(folder, image), bytes(image, writeNifti(phantom.image)));
  await writeFile(join(folder, label), bytes(label, writeNifti(phantom.label)));
  const [one, ...others] = loadFolder(folder);
  expect(others).toEqual([]);
  expect(one.labelFile).toBe(label);
  expect((await one.load()).label.data).toEqual(phantom.label.data);
});

it.each([
  ['', 'a_img.nii', 'a_lab.nii', 'erik_lab.nii.gz', /erik_lab\.nii\.gz: its image is missing, erik_img\.\*/],
  [
    'Tr',
    'imagesTr/a.nii',
    'labelsTr/a.nii',
    'labelsTr/erik.nii.gz',
    /^labelsTr\/erik\.nii\.gz: its image is missing, imagesTr\/erik\.\*/,
  ],
])('a label map without an image is a case that says so (%s)', async (_, image, label, alone, words) => {
  await mkdir(join(folder, dirname(image)), { recursive: true });
  await mkdir(join(folder, dirname(label)), { recursive: true });
  for (const name of [image, label, alone]) await writeFile(join(folder, name), '');
  const cases = loadFolder(folder);
  expect(cases.map((c) => c.case)).toEqual(['a', 'erik']);
  await expect(cases[1].load()).rejects.toThrow(words);
  expect(cases.map(({ surplus }) => surplus)).toEqual([undefined, expect.stringMatching(words)]);
});

it('reads the first channel of an image, and says of the others that they are not read', async () => {
  for (const part of ['imagesTr', 'labelsTr']) await mkdir(join(folder, part));
  for (const name of ['imagesTr/a_0000.nii', 'imagesTr/a_0001.nii', 'imagesTr/b_2024.nii'])
    await writeFile(join(folder, name), writeNifti(phantom.image));
  for (const name of ['labelsTr/a.nii', 'labelsTr/b_2024.nii'])
    await writeFile(join(folder, name), writeNifti(phantom.label));
  const cases = loadFolder(folder);
  expect(cases.map((c) => c.case)).toEqual(['a', 'a_0001', 'b_2024']);
  await expect(cases[1].load()).rejects.toThrow(
    /^imagesTr\/a_0001\.nii: is channel 0001 of a; only channel 0000 of an image is read$/,
  );
  expect(cases.map(({ surplus }) => surplus !== undefined)).toEqual([false, true, false]);
  await expect(cases[2].load()).resolves.toBeDefined();
});

it('counts each file as a patient, and knows no spacing of a PNG', async () => {
  for (const name of ['a_img.PNG', 'a_lab.PNG', 'b_img.nii', 'b_lab.nii', 'c_img.jpg'])
    await writeFile(join(folder, name), '');
  expect(loadFolder(folder).map((c) => [c.case, c.patient, c.spacingKnown])).toEqual([
    ['a', 'a', false],
    ['b', 'b', true],
  ]);
});

it('names its group by its description or not at all, never by where it lies', async () => {
  await writeFile(join(folder, 'a_img.nii'), '');
  expect(loadFolder(folder)[0].group).toBe('images');
  await writeFile(join(folder, 'dataset.json'), JSON.stringify({ name: ' My\nspleens', labels: {} }));
  expect(loadFolder(folder)[0].group).toBe('My spleens');
});

it('refuses two images of one name', async () => {
  await writeFile(join(folder, 'a_img.nii'), '');
  await writeFile(join(folder, 'a_img.png'), '');
  expect(() => loadFolder(folder)).toThrow(/a_img\.nii and a_img\.png are both case a/);
});

it('tells contents by the bytes of both files alone', async () => {
  const contents = () => loadFolder(folder)[0].contents();
  await writeFile(join(folder, 'a_img.nii'), writeNifti(phantom.image));
  const alone = await contents();
  await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label));
  const both = await contents();
  expect(both).not.toBe(alone);
  const there = join(folder, 'there');
  await mkdir(there);
  await copyFile(join(folder, 'a_img.nii'), join(there, 'a_img.nii'));
  await copyFile(join(folder, 'a_lab.nii'), join(there, 'a_lab.nii'));
  expect(await loadFolder(there)[0].contents()).toBe(both);
  // One voxel of the label map.
  await writeFile(join(folder, 'a_lab.nii'), writeNifti(phantom.label).with(400, 9));
  expect(await contents()).not.toBe(both);
});

it('takes images/ and labels/ for what they are, but not beside pairs', async () => {
  for (const part of ['images', 'labels']) await mkdir(join(folder, part));
  await writeFile(join(folder, 'images/p1_0000.nii'), writeNifti(phantom.image));
  await writeFile(join(folder, 'labels/p1.nii'), writeNifti(phantom.label));
  await writeFile(join(folder, 'labels/p2.nii'), writeNifti(phantom.label));
  const cases = loadFolder(folder);
  expect(cases.map((c) => [c.case, c.labelFile])).toEqual([
    ['p1', 'labels/p1.nii'],
    ['p2', 'labels/p2.nii'],
  ]);
  expect((await cases[0].load()).label.data).toEqual(phantom.label.data);
  expect(cases[1].surplus).toBe('labels/p2.nii: its image is missing, images/p2.* is not there');
  await writeFile(join(folder, 'a_img.nii'), '');
  expect(loadFolder(folder).map((c) => c.case)).toEqual(['a']);
});

it('refuses a folder without images: says what is there, and what it looked for', async () => {
  expect(() => loadFolder(folder)).toThrow(/no labelled images .*: it is empty; expected index\.json, /);
  await mkdir(join(folder, 'images'));
  for (let n = 1; n < 7; n++) await writeFile(join(folder, `case${n}_image.nii.gz`), '');
  expect(() => loadFolder(folder)).toThrow(
    /found case1_image\.nii\.gz, .*, case5_image\.nii\.gz and 2 more; expected .*, images\/ and labels\/, or NAME_img\.nii\.gz beside NAME_lab\.nii\.gz$/,
  );
});
