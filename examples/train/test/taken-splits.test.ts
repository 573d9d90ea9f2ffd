import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeCases } from '../src/describe-cases.ts';
import { openFolder } from '../src/open-folder.ts';
import { pairsFolder, pictureFolder } from './picture-folder.ts';

/** c0 and c1 are of split train, c2 and c3 of val. */
let folder: string;
beforeAll(async () => {
  folder = await pictureFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const taken = async (split?: string, data = folder) =>
  (await openFolder(data, { split })).map((entry) => entry.case);

it('takes the train split of an index, and others only where they are named', async () => {
  expect(await taken()).toEqual(['c0', 'c1']);
  expect(await taken('val')).toEqual(['c2', 'c3']);
  for (const split of ['all', 'val, train']) expect(await taken(split)).toEqual(['c0', 'c1', 'c2', 'c3']);
  expect(describeCases(await openFolder(folder))).toMatch(/^2 cases of 2 patients of split train;/);
  await expect(taken('train,tset')).rejects.toMatchObject({
    code: 'invalid-file',
    message: expect.stringMatching(/split 'tset' in it; its index has train, val$/),
  });
});

it('takes all of an index that has no such split, and of a folder without one', async () => {
  const data = join(folder, 'pairs');
  await mkdir(data);
  await pairsFolder(folder, data);
  expect(await taken(undefined, data)).toHaveLength(4);
  const index = await readFile(join(folder, 'index.json'), 'utf8');
  const named = index.replaceAll('"train"', '"a"').replace(/(\d)\.png/g, '$1_img.png');
  await writeFile(join(data, 'index.json'), named);
  expect(await taken(undefined, data)).toHaveLength(4);
});
