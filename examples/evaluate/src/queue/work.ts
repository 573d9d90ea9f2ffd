import { setTimeout as sleep } from 'node:timers/promises';
import { isClicksegError } from '@clickseg/raster';
import type { Redis } from 'ioredis';
import { whatDiffers } from '../run/compare-headers.ts';
import { isFileFault } from '../run/file-fault.ts';
import { type Machine, openRun, type Run } from '../run/open-run.ts';
import { checkSettings, type Settings } from '../settings.ts';
import { connectRedis, unless } from './connection.ts';
import { type Post, takePost } from './post.ts';
import { type AnnouncedRun, announcedRuns } from './runs.ts';

export interface WorkOptions {
  readonly redis: string;
  readonly machine: Machine;
  /** After how long without a sign of life another worker takes a chunk over, s. */
  readonly lock?: number;
  /** Ends after so long without work, s; undefined: never. */
  readonly idle?: number;
  readonly signal?: AbortSignal;
}

export const WORK_DEFAULTS = { lock: 30 } as const;

const EVERY = 300;
/** How long a run may be unannounced before its queue is left, ms: a Redis that forgot everything is told again at once. */
const PATIENCE = 3000;

/**
 * Evaluates chunks of whatever runs ask for them and fit this machine's data and models, until it is stopped; a stop waits for the
 * chunk at hand. A run that does not fit is left to other workers, and said. Where the machine itself fails (a server of networks that
 * is away, a folder that is unmounted), the chunk is given back, and the worker ends with that error.
 */
export async function workFromQueue(options: WorkOptions): Promise<void> {
  const { machine, lock = WORK_DEFAULTS.lock, idle } = options;
  const { redis, shown, refused } = await connectRedis(options.redis, (message) => console.error(message));
  const signal = options.signal ? AbortSignal.any([options.signal, refused]) : refused;
  console.error(`at work for ${shown}`);
  /** Ends even the chunk at hand. */
  const now = new AbortController();
  const misfits = new Set<string>();
  let post: Post | undefined;
  let last = performance.now();
  let told = false;
  let seen = 0;
  signal.addEventListener('abort', () => {
    const chunk = post?.chunk();
    if (chunk === undefined) now.abort(signal.reason);
    else console.error(`stopping after chunk ${chunk}`);
  });

  const leave = async () => {
    if (!post) return;
    last = Math.max(last, post.since());
    await closed(post, redis, signal, now);
    post = undefined;
  };
  try {
    while (!signal.aborted && !post?.fault()) {
      const runs = redis.status === 'ready' ? await unless(signal, announcedRuns(redis)) : [];
      const next = nextRun(runs, post, misfits);
      if (next) {
        await leave();
        signal.throwIfAborted();
        const run = await openFitting(next, machine, now.signal);
        if (run) post = takePost(run, redis, lock);
        else misfits.add(next.header.run);
        told = run === undefined;
        seen = performance.now();
      } else if (post) {
        if (redis.status !== 'ready' || runs.some(({ header }) => header.run === post?.id))
          seen = performance.now();
        else if (performance.now() - seen > PATIENCE) await leave();
      } else if (!told && redis.status === 'ready') {
        console.error(`no run at ${shown} for these data and models; waiting for one`);
        told = true;
      }
      if (post?.chunk() !== undefined) last = performance.now();
      if (idle !== undefined && performance.now() - Math.max(last, post?.since() ?? 0) > idle * 1000) break;
      await unless(signal, sleep(EVERY));
    }
    const fault = post?.fault();
    if (fault) throw fault;
    refused.throwIfAborted();
  } catch (error) {
    // A worker that is stopped has done what it was asked to; one that Redis has turned away has not.
    if (!signal.aborted || refused.aborted) throw error;
  } finally {
    await leave();
    redis.disconnect();
  }
}

/** The run to go on with, where that is another one than at present: its own while that has work, else one that has. */
function nextRun(
  runs: readonly AnnouncedRun[],
  post: Post | undefined,
  misfits: ReadonlySet<string>,
): AnnouncedRun | undefined {
  const own = runs.find(({ header }) => header.run === post?.id);
  if (own && (own.waiting > 0 || post?.chunk() !== undefined)) return undefined;
  const others = runs.filter(({ header }) => header.run !== post?.id && !misfits.has(header.run));
  // Without one, also a run all of whose chunks are in hands: they may be those of workers that died.
  return own ? others.find(({ waiting }) => waiting > 0) : others[0];
}

/**
 * Opens a run, with what this machine has.
 * @returns undefined, and says why, where that is not what the run is of
 * @throws ClicksegError where the machine is at fault: its files or its server of networks are away, its model is none
 */
async function openFitting(
  { header }: AnnouncedRun,
  machine: Machine,
  signal: AbortSignal,
): Promise<Run | undefined> {
  const leaveIt = (why: string) =>
    console.error(`run ${header.run.slice(0, 12)} is not for this worker: ${why}; waiting for one that is`);
  let run: Run;
  try {
    run = await openRun(checkSettings(header.about.settings as Partial<Settings>), machine, signal);
  } catch (error) {
    const ofTheRun = isClicksegError(error, 'invalid-option') || isClicksegError(error, 'invalid-file');
    if (!ofTheRun || isFileFault(error.cause)) throw error;
    leaveIt(error.message);
    return undefined;
  }
  if (run.header.run === header.run) return run;
  leaveIt(`they differ in ${whatDiffers(header, run.header)}`);
  await run.close();
  return undefined;
}

/** Leaves a post after the chunk at hand. A worker that is to end with Redis away ends at once: what it gives has nowhere to go. */
async function closed(post: Post, redis: Redis, signal: AbortSignal, now: AbortController): Promise<void> {
  const left = post.close().then(() => true);
  while (!(await Promise.race([left, sleep(200, false)]))) {
    if (redis.status === 'ready' || !(signal.aborted || post.fault())) continue;
    now.abort(new Error('Redis is away'));
    return;
  }
}
