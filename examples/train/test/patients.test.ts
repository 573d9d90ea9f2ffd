import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeCases } from '../src/describe-cases.ts';
import { settingsOf } from '../src/fit-command.ts';
import { openFolder } from '../src/open-folder.ts';
import { pairsFolder, pictureFolder } from './picture-folder.ts';

let folder: string;
/** Cases 0 to 3, without an index. */
let pairs: string;
let said: string[] = [];
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation((line) => {
    said.push(line);
  });
  folder = await pictureFolder();
  pairs = join(folder, 'pairs');
  await mkdir(pairs);
  await pairsFolder(folder, pairs);
});
afterEach(() => {
  said = [];
});
afterAll(() => rm(folder, { recursive: true }));

const patients = async (data: string, patient?: string) =>
  (await openFolder(data, { patient, split: data === folder ? 'all' : undefined })).map((entry) => [
    entry.case,
    entry.patient,
  ]);

it('are found in the names of the cases, by the first group of a pattern or all of its match', async () => {
  const named = join(folder, 'named');
  await mkdir(named);
  for (const [n, name] of ['anna_1', 'anna_2', 'bob_1', 'bob_2'].entries())
    for (const part of ['img', 'lab'])
      await copyFile(join(pairs, `${n}_${part}.png`), join(named, `${name}_${part}.png`));
  const expected = ['anna', 'anna', 'bob', 'bob'];
  for (const pattern of ['^[a-z]+', '(.*)_\\d$'])
    expect((await patients(named, pattern)).map(([, patient]) => patient)).toEqual(expected);
  expect(describeCases(await openFolder(named, { patient: '^[a-z]+' }))).toMatch(
    /^4 cases of 2 patients; 4 without a spacing/,
  );
  expect(describeCases(await openFolder(named))).toMatch(
    /^4 cases of 4 patients; each file counted as a patient/,
  );
});

it.each([
  ['(', /^--patient \(: Invalid regular expression/],
  ['xyz', /^--patient xyz: finds none in case 0$/],
  ['^[0-2]', /^--patient \^\[0-2\]: finds none in case 3$/],
  ['q*', /^--patient q\*: finds none in case 0$/],
])('are refused with a pattern that finds none: %s', async (pattern, words) => {
  const kind = { code: 'invalid-option', message: expect.stringMatching(words) };
  await expect(openFolder(pairs, { patient: pattern })).rejects.toMatchObject(kind);
});

it('are those of an index where there is one, and a pattern is told before anything is opened', async () => {
  const flags = { out: join(folder, 'unused'), data: folder };
  await expect(settingsOf({ ...flags, patient: 'p' })).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringMatching(/^--patient p: the index\.json of .* says whose/),
  });
  await expect(settingsOf({ ...flags, data: pairs, patient: '(' })).rejects.toThrow(/--patient \(: /);
});

it('are one where a scan is there twice, whatever is outlined on it, and that is said', async () => {
  const twice = join(folder, 'twice');
  await mkdir(twice);
  await pairsFolder(folder, twice, [0, 1]);
  await copyFile(join(pairs, '0_img.png'), join(twice, 'x_img.png'));
  await copyFile(join(pairs, '1_lab.png'), join(twice, 'x_lab.png'));
  expect(await patients(twice)).toEqual([
    ['0', '0'],
    ['1', '1'],
    ['x', '0'],
  ]);
  expect(said).toEqual(['1 case of the same scan as another, counted as one patient: x as 0']);
  // Through scans that they share.
  await copyFile(join(pairs, '1_img.png'), join(twice, 'x1_img.png'));
  await copyFile(join(pairs, '1_lab.png'), join(twice, 'x1_lab.png'));
  const [first, ...others] = (await patients(twice, '^.')).map(([, patient]) => patient);
  expect(new Set(others)).toEqual(new Set([first]));
});
