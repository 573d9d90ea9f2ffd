import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { ifMissing } from './run-folder.ts';
import { makeFolder, unwritable } from './write-whole.ts';

/** The file in a run folder that holds the number of the process that is at work there. */
export const LOCK = 'run.lock';

const held = new Set<string>();

/**
 * Makes a folder, where there is none, and keeps other processes out of it while `body` runs: two that write one run's
 * checkpoints and log would spoil both. The lock of a process that is gone, as a kill leaves it, is taken over.
 *
 * @throws ClicksegError `invalid-option` where another process is at work there, `invalid-file` for a folder that cannot be written
 */
export async function holding<R>(folder: string, body: () => Promise<R>): Promise<R> {
  await makeFolder(folder);
  const path = resolve(folder, LOCK);
  await take(folder, path);
  held.add(path);
  try {
    await dropHalves(folder);
    return await body();
  } finally {
    held.delete(path);
    await rm(path, { force: true });
  }
}

async function take(folder: string, path: string): Promise<void> {
  for (;;) {
    try {
      return await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(path, cause);
    }
    const owner = (await readFile(path, 'utf8').catch(ifMissing(undefined)))?.trim();
    // Given back in the meantime.
    if (owner === undefined) continue;
    if (isAtWork(path, owner)) {
      const why = `process ${owner} is at work in it; wait for it, or remove ${path} if that is another program`;
      throw new ClicksegError('invalid-option', `${folder}: ${why}`);
    }
    await rm(path, { force: true });
  }
}

function isAtWork(path: string, owner: string): boolean {
  // A container's processes have the same few numbers every time.
  if (owner === String(process.pid)) return held.has(path);
  const pid = Number(owner);
  // Whoever has made the file but not yet written its number is there.
  if (!Number.isInteger(pid) || pid < 1) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one too.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Removes the checkpoints that a kill left half written; each is tens of megabytes. */
async function dropHalves(folder: string): Promise<void> {
  const halves = (await readdir(folder)).filter((name) =>
    /^checkpoint-\d+\.bin\.[0-9a-f]{8}\.new$/.test(name),
  );
  for (const name of halves) await rm(join(folder, name), { force: true });
}
