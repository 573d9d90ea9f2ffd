import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { radiologicalAffine, writeNifti } from '@clickseg/example-dataset';
import { raster } from '@clickseg/raster';
import { METADATA_DEFAULTS, type ModelMetadata, type Segmenter } from '@clickseg/runtime';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeCases } from '../src/describe-cases.ts';
import { loadSlices } from '../src/load-slices.ts';
import { measure } from '../src/measure.ts';
import { openFolder } from '../src/open-folder.ts';
import { MODEL_CT_METADATA } from '../src/recipe.ts';
import { tooSmall } from '../src/small-structures.ts';
import { pictureFolder } from './picture-folder.ts';

const metadata: ModelMetadata = { ...METADATA_DEFAULTS, format: 1, name: 'm', spacing: 1 };

let folder: string;
let said: string[] = [];
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation((line) => {
    said.push(line);
  });
  folder = await pictureFolder();
});
afterAll(() => rm(folder, { recursive: true }));

/** A folder with one scan of two slices. */
async function scan(name: string, image: Float32Array, spacing = { x: 1, y: 1, z: 1 }): Promise<string> {
  const data = join(folder, name);
  await mkdir(data);
  const grid = { shape: [2, 8, 8] as const, spacing, affine: radiologicalAffine(spacing) };
  const label = Uint8Array.from(image, (_, i) => (i % 8 > 3 ? 1 : 0));
  await writeFile(join(data, 'a_img.nii'), writeNifti({ data: image, ...grid }));
  await writeFile(join(data, 'a_lab.nii'), writeNifti({ data: label, ...grid }));
  return data;
}

it('names the structures that are too small to be drawn, and the labels that wholly are', () => {
  const slice = (group: string, areas: Record<number, number>) => {
    const ids = Object.entries(areas).flatMap(([id, area]) => new Array<number>(area).fill(Number(id)));
    const labels = Uint8Array.from({ length: 64 }, (_, i) => ids[i] ?? 0);
    return { group, labels, image: new Float32Array(64), shape: [8, 8] as const };
  };
  const slices = [slice('a', { 1: 12, 2: 11 }), slice('a', { 1: 3, 2: 1 }), slice('b', { 2: 30 })];
  const nameOf = (_: string, id: number) => `s${id}`;
  expect(tooSmall(slices, 12, nameOf)).toBe(
    'below 12 pixels of a slice, and not trained on: 3 of 5 structures, among them every one of s2 of a',
  );
  expect(tooSmall(slices.slice(2), 12, nameOf)).toBeUndefined();
});

it('tells of a group with more slices than are kept', async () => {
  const told: unknown[] = [];
  const onDrawn = (...all: unknown[]) => told.push(all);
  const cases = await openFolder(folder, { split: 'all' });
  const load = (slicesPerGroup: number) => loadSlices(cases, { metadata, slicesPerGroup, seed: 1, onDrawn });
  expect(await load(3)).toHaveLength(3);
  expect(told).toEqual([['discs', 3, 4]]);
  await load(4);
  expect(told).toHaveLength(1);
});

it('warns of ids that an index does not name', async () => {
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as object[];
  const path = join(folder, 'index.json');
  const others = index.map((entry, i) => (i === 1 ? { ...entry, labels: { disc: { id: 4 } } } : entry));
  await writeFile(path, JSON.stringify(others));
  said = [];
  await openFolder(folder);
  await writeFile(path, JSON.stringify(index));
  expect(said).toEqual([`warning: label maps hold ids that the index of ${folder} does not name\n  c1: 5`]);
});

it('says of how many scans a slice lies across theirs', async () => {
  const image = new Float32Array(128).map((_, i) => i % 7);
  const thick = await scan('thick', image, { x: 1, y: 5, z: 1 });
  expect(describeCases(await openFolder(thick))).toMatch(
    /; 1 with pixels more than 2 times as long as wide: slices are axial, and cut across those of the scan$/,
  );
  const axial = await scan('axial', image, { x: 1, y: 2, z: 5 });
  expect(describeCases(await openFolder(axial))).not.toMatch(/cut across/);
});

it('reads the slices of a scan alike, in training and in measuring: one without air as its neighbours', async () => {
  // Air in the second slice alone, and metal in the first: Hounsfield units are cut off long before it.
  const image = new Float32Array(128).map((_, i) => (i === 3 ? 3000 : i < 64 ? i % 7 : -900));
  const [entry] = await openFolder(await scan('mixed', image));
  const options = { metadata: MODEL_CT_METADATA, slicesPerGroup: 9, seed: 1 };
  const [{ image: first }] = await loadSlices([entry], options);
  // 500 times as far from 0 as 6 is, in values as they are.
  const ratio = (first[3] - first[7]) / (first[6] - first[7]);
  expect(ratio).toBeGreaterThan(1);
  expect(ratio).toBeLessThan(100);
  const asked: unknown[] = [];
  const segmenter = {
    open: async (_: unknown, { intensities }: { intensities?: string }) => {
      asked.push(intensities);
      const mask = raster(new Uint8Array(64).fill(1), [8, 8]);
      return { add() {}, predict: async () => ({ mask }), dispose: async () => {} };
    },
  } as unknown as Segmenter;
  await measure([entry], { segmenter, clicks: 1, seed: 1 });
  expect(asked).toEqual(['hounsfield', 'hounsfield']);
});
