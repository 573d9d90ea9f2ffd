import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lockRecords } from '../src/run/lock-records.ts';
import { scratchFolder } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let path: string;
let lock: string;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  scratch = await scratchFolder();
  path = join(scratch.path, 'interactions.jsonl');
  lock = `${path}.lock`;
});
afterAll(() => scratch.remove());

/** Takes it and gives it back, as whoever comes next can. */
const takes = async (watched?: number) => {
  const release = await lockRecords(path, watched);
  expect(readFileSync(lock, 'utf8')).toBe(`${hostname()} ${process.pid}`);
  release();
  expect(existsSync(lock)).toBe(false);
};

describe('a file of records is kept from', () => {
  it('others of this process and this machine, by the name of who has it', async () => {
    const release = await lockRecords(path);
    await expect(lockRecords(path)).rejects.toThrow(
      `process ${process.pid} of ${hostname()} is at work on it`,
    );
    release();
    writeFileSync(lock, `${hostname()} ${process.ppid}`);
    await expect(lockRecords(path)).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: `evaluate: ${path}: process ${process.ppid} of ${hostname()} is at work on it; wait for it, or remove ${lock} if that is another program`,
      }),
    );
  });

  it('nobody by a process that is gone, one with the number of this one, or what is no lock', async () => {
    const { pid } = spawnSync('true');
    for (const owner of [`${hostname()} ${pid}`, `${hostname()} ${process.pid}`, '']) {
      writeFileSync(lock, owner);
      await takes();
    }
  });

  it('others by a process of another machine for as long as that shows life', async () => {
    writeFileSync(lock, 'elsewhere 12');
    let at = 1e6;
    const beat = setInterval(() => utimesSync(lock, ++at, at), 10);
    await expect(lockRecords(path, 200)).rejects.toThrow('process 12 of elsewhere is at work on it');
    clearInterval(beat);
    await takes(50);
  });
});
