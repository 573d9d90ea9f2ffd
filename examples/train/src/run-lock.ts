import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, realpath, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isRunning, makeOutFolder } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { readTextIfThere } from './read-if-there.ts';
import { unwritable } from './write-whole.ts';

/** The file in a run folder that holds the machine and the number of the process that is at work there. */
export const LOCK = 'run.lock';

/** How long a takeover by another process is waited for, ms; it takes a few. */
const PATIENCE = 2000;

const held = new Set<string>();

/**
 * Makes a folder, where there is none, and keeps other processes out of it while `body` runs: two that write one run's
 * checkpoints and log would spoil both. The lock of a process of this machine that is gone, as a kill leaves it, is taken over.
 *
 * @throws ClicksegError `invalid-option` for a folder that cannot be written, where another process is at work there, or where one
 *   of another machine was
 */
export async function holding<R>(folder: string, body: () => Promise<R>): Promise<R> {
  await makeOutFolder(folder);
  const path = join(await realpath(folder), LOCK);
  if (held.has(path)) throw atWork(folder, path, process.pid);
  held.add(path);
  try {
    await take(folder, path);
    try {
      await dropHalves(folder);
      return await body();
    } finally {
      // Whoever removed it by hand may have let in another.
      if ((await read(path)) === MINE) await rm(path, { force: true });
    }
  } finally {
    held.delete(path);
  }
}

const MINE = `${hostname()} ${process.pid}`;

async function take(folder: string, path: string): Promise<void> {
  const until = performance.now() + PATIENCE;
  while (!(await put(path))) {
    const owner = await read(path);
    // Given back in the meantime.
    if (owner === undefined) continue;
    refuseIfAtWork(folder, path, owner);
    if (await drop(path, owner)) continue;
    if (performance.now() > until) {
      const why = `another process is taking it over; remove ${taking(path)} if there is none`;
      throw new ClicksegError('invalid-option', `${folder}: ${why}`);
    }
    await setTimeout(20);
  }
}

/** Makes the lock, with its content at once: false where there is one. */
async function put(path: string): Promise<boolean> {
  const beside = `${path}.${randomUUID().slice(0, 8)}.new`;
  try {
    await writeFile(beside, `${MINE}\n`);
    await link(beside, path).catch(async (error: NodeJS.ErrnoException) => {
      // A file system without links, as of a memory card: there the content comes a moment after the file.
      if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(error.code ?? '')) throw error;
      await writeFile(path, `${MINE}\n`, { flag: 'wx' });
    });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, cause);
  } finally {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

/** Removes a dead owner's lock, one process at a time: a second one would remove that of the first. False where it must wait. */
async function drop(path: string, dead: string): Promise<boolean> {
  try {
    await mkdir(taking(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, cause);
  }
  try {
    if ((await read(path)) === dead) await rm(path, { force: true });
    return true;
  } finally {
    await rmdir(taking(path));
  }
}

const taking = (path: string) => `${path}.taking`;

/** Whose lock it is; undefined where there is none. */
async function read(path: string): Promise<string | undefined> {
  return (await readTextIfThere(path))?.trim();
}

function refuseIfAtWork(folder: string, path: string, owner: string): void {
  // Earlier versions wrote the number alone.
  const [, host, digits] = /^(?:(.+) )?([1-9]\d*)$/.exec(owner) ?? [];
  // Without content, as a power cut leaves a file, it is nobody's.
  if (digits === undefined) return;
  const pid = Number(digits);
  if (host !== undefined && host !== hostname()) {
    const why = `process ${pid} of ${host} is at work in it, or was; remove ${path} if it is gone`;
    throw new ClicksegError('invalid-option', `${folder}: ${why}`);
  }
  // A container's processes have the same few numbers every time; this one holds no lock here yet.
  if (pid !== process.pid && isRunning(pid)) throw atWork(folder, path, pid);
}

function atWork(folder: string, path: string, pid: number): ClicksegError {
  const why = `process ${pid} is at work in it; wait for it, or remove ${path} if that is another program`;
  return new ClicksegError('invalid-option', `${folder}: ${why}`);
}

/** Removes what a kill left half written; a checkpoint is tens of megabytes. */
async function dropHalves(folder: string): Promise<void> {
  const halves = (await readdir(folder)).filter((name) =>
    /^(checkpoint-\d+\.bin|model\.onnx)(\.[0-9a-f]{8})?\.new$/.test(name),
  );
  for (const name of halves) await rm(join(folder, name), { force: true });
}
