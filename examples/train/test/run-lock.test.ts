import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holding, LOCK } from '../src/run-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the lock of a run folder', () => {
  it('holds the process’s number while it is at work, and is gone afterwards, also of work that failed or was stopped', async () => {
    const run = join(folder, 'run');
    const inside = () => readFile(join(run, LOCK), 'utf8');
    expect(await holding(run, inside)).toBe(`${process.pid}\n`);
    expect(await readdir(run)).toEqual([]);
    const stopped = holding(run, () => Promise.reject(new Error('stopped')));
    await expect(stopped).rejects.toThrow('stopped');
    expect(await readdir(run)).toEqual([]);
  });

  it('keeps out a second run, of this process or another, and says who is in', async () => {
    const second = () => holding(folder, async () => 'in');
    await expect(holding(folder, second)).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining(`process ${process.pid} is at work in it`),
    });
    await writeFile(join(folder, LOCK), `${process.ppid}\n`);
    await expect(second()).rejects.toThrow(`process ${process.ppid} is at work in it`);
    expect(await readdir(folder)).toEqual([LOCK]);
    // Made, and its number not yet written.
    await writeFile(join(folder, LOCK), '');
    await expect(second()).rejects.toThrow('is at work in it');
  });

  it('is taken over from a process that is gone, with the checkpoint that it left half written', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const [half, whole] = ['checkpoint-1.bin.0123abcd.new', 'checkpoint-1.bin'];
    for (const gone of [pid, process.pid]) {
      await writeFile(join(folder, LOCK), `${gone}\n`);
      for (const name of [half, whole]) await writeFile(join(folder, name), '');
      expect(await holding(folder, () => readdir(folder))).toEqual([whole, LOCK]);
    }
  });
});
