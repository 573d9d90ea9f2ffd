import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, writeWhole } from '../src/write-whole.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeWhole', () => {
  it('leaves one whole file of several that are written at once', async () => {
    const path = join(folder, 'file');
    const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(200_000 - 20_000 * i));
    await Promise.all(contents.map((content) => writeWhole(path, content)));
    expect(contents).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['file']);
  });
});

describe('makeFolder', () => {
  it('makes what is missing of a path, and takes what is there', async () => {
    const path = join(folder, 'a/b/c');
    await makeFolder(path);
    await makeFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('refuses a file', async () => {
    const path = join(folder, 'file');
    await writeFile(path, '');
    await expect(makeFolder(path)).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringMatching(/file cannot be written: EEXIST/),
    });
  });

  it.runIf(process.platform === 'linux')('refuses /proc, where Node would make folders forever', async () => {
    await expect(makeFolder('/proc/clickseg/run')).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining('/proc/clickseg/run cannot be written'),
    });
  });
});
