import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeOutFolder, tryOutFolder } from '../src/node.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-out-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('an output folder is made with those above it, and left empty', async () => {
  const out = join(folder, 'a', 'b');
  await makeOutFolder(out);
  await makeOutFolder(out);
  expect(await readdir(out)).toEqual([]);
});

it('one that is only tried is gone again, with those above it and no others', async () => {
  await mkdir(join(folder, 'a'));
  await tryOutFolder(join(folder, 'a', 'b', 'c'));
  expect(await readdir(join(folder, 'a'))).toEqual([]);
  await tryOutFolder(join(folder, 'a'));
  await tryOutFolder(`${relative(process.cwd(), folder)}/b/c/`);
  expect(await readdir(folder)).toEqual(['a']);
});

it('one that is a file is refused with what named it', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const tried of [makeOutFolder, tryOutFolder]) {
    await expect(tried(file, 'evaluate: --report')).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining(`evaluate: --report ${file}: EEXIST`),
    });
  }
});

it.skipIf(!existsSync('/proc/self'))('a folder that takes no files is refused, whoever asks', async () => {
  await expect(makeOutFolder('/proc/self')).rejects.toMatchObject({
    code: 'invalid-option',
    message: expect.stringMatching(/^--out \/proc\/self: E/),
  });
});

it.runIf(process.platform === 'linux')(
  '/proc, where Node would make folders forever, is refused',
  async () => {
    for (const tried of [makeOutFolder, tryOutFolder]) {
      await expect(tried('/proc/clickseg/run')).rejects.toMatchObject({
        code: 'invalid-option',
        message: expect.stringMatching(/^--out \/proc\/clickseg\/run: ENOENT/),
      });
    }
  },
);
