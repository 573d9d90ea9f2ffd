import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWritable, writeWhole } from '../src/write-whole.ts';

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

describe('checkWritable', () => {
  it('refuses a folder where the file shall be, and a folder that is not there', async () => {
    await expect(checkWritable(join(folder, 'new'))).resolves.toBeUndefined();
    await writeWhole(join(folder, 'old'), 'text');
    await expect(checkWritable(join(folder, 'old'))).resolves.toBeUndefined();
    for (const [path, why] of [
      [folder, /it is a folder/],
      [join(folder, 'gone', 'new'), /ENOENT/],
    ] as const) {
      const refused = { code: 'invalid-file', message: expect.stringMatching(why) };
      await expect(checkWritable(path)).rejects.toMatchObject(refused);
    }
  });
});
