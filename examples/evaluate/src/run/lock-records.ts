import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { isDiskFull } from './disk-full.ts';

/** How often a holder shows that it is at work, ms. */
const BEAT = 5000;
/** How long another machine's holder is watched for that, ms: whether its process lives, only it can tell. */
const WATCHED = 30_000;

const held = new Set<string>();

/**
 * Keeps other processes from a file of records while this one writes it: two would interleave their lines. The lock of a process that
 * is gone, as a kill leaves it, is taken over.
 *
 * @param watched - how long the lock of another machine's process is watched for a sign of life, ms
 * @returns gives the lock back
 * @throws ClicksegError `invalid-option` where another process is at work on the file
 */
export async function lockRecords(path: string, watched = WATCHED): Promise<() => void> {
  const lock = `${path}.lock`;
  const mine = `${hostname()} ${process.pid}`;
  if (held.has(lock)) throw atWork(path, lock, mine);
  held.add(lock);
  try {
    while (!put(lock, mine)) {
      const owner = await ownerAtWork(path, lock, watched);
      if (owner !== undefined) throw atWork(path, lock, owner);
    }
  } catch (error) {
    held.delete(lock);
    throw error;
  }
  const beat = setInterval(() => showLife(lock), BEAT).unref();
  return () => {
    clearInterval(beat);
    held.delete(lock);
    if (ownerOf(lock)?.owner === mine) rmSync(lock, { force: true });
  };
}

/** Makes the lock, with its content at once: false where there is one. */
function put(lock: string, mine: string): boolean {
  const beside = `${lock}.${randomUUID().slice(0, 8)}`;
  try {
    writeFileSync(beside, mine);
    linkSync(beside, lock);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // A full disk is waited for. On a disk without links, as of a memory card, there is no lock, and nobody is kept out.
    if (isDiskFull(error) || ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(code)) return true;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Who holds a lock and is at work; one that is not loses it. */
async function ownerAtWork(path: string, lock: string, watched: number): Promise<string | undefined> {
  const first = ownerOf(lock);
  if (first === undefined) return undefined;
  const [, host, pid] = /^(\S+) (\d+)$/.exec(first.owner) ?? [];
  // A container's processes have the same few numbers every time; this one holds no such lock.
  if (host === hostname() && Number(pid) !== process.pid && isRunning(Number(pid))) return first.owner;
  if (host !== undefined && host !== hostname()) {
    console.error(
      `${path}: ${wordsOf(first.owner)} was at work on it; looking for ${watched / 1000} s whether it is`,
    );
    await sleep(watched);
    const then = ownerOf(lock);
    if (then && (then.owner !== first.owner || then.beat !== first.beat)) return then.owner;
  }
  // Moved before it is removed: what has been moved is this one's alone, and can be put back where it is somebody else's.
  const aside = `${lock}.${randomUUID().slice(0, 8)}`;
  try {
    renameSync(lock, aside);
    if (ownerOf(aside)?.owner !== first.owner) linkSync(aside, lock);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  return undefined;
}

/** What a lock says; undefined where there is none. Opened, for a network's file system may else tell what it remembers. */
function ownerOf(lock: string): { readonly owner: string; readonly beat: number } | undefined {
  try {
    const fd = openSync(lock, 'r');
    try {
      return { owner: readFileSync(fd, 'utf8'), beat: fstatSync(fd).mtimeMs };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function showLife(lock: string): void {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Removed by hand, or its disk is away: the records have the same to say about that.
  }
}

const wordsOf = (owner: string) => owner.replace(/^(\S+) (\d+)$/, 'process $2 of $1');

const atWork = (path: string, lock: string, owner: string) =>
  new ClicksegError(
    'invalid-option',
    `evaluate: ${path}: ${wordsOf(owner)} is at work on it; wait for it, or remove ${lock} if that is another program`,
  );
