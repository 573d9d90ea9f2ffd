import { setTimeout as sleep } from 'node:timers/promises';
import type { Chunk } from '../catalogue.ts';
import { lockRecords } from '../run/lock-records.ts';
import { makeFolder } from '../run/make-folder.ts';
import type { Run } from '../run/open-run.ts';
import { createProgress } from '../run/progress.ts';
import { readProgress } from '../run/record-file.ts';
import { type Recorded, recordsFile } from '../run/record-run.ts';
import { openRecordWriter } from '../run/record-writer.ts';
import { type Connection, connectRedis, unless } from './connection.ts';
import { announce, queueOf, type RunQueue, removeOldRuns, removeRun, withdraw } from './runs.ts';
import { ATTEMPTS, createLook, type Ledger } from './take-answers.ts';

export interface CollectOptions {
  readonly redis: string;
  readonly out: string;
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  /** How often to look for results, ms. */
  readonly every?: number;
}

export const COLLECT_DEFAULTS = { every: 500 } as const;

/** Until it is said that nobody works, ms; workers that were started with this process need a moment. */
const ALONE = 3000;
/** How long the leave-taking may take, ms: with a Redis that is away, it does not take place. */
const FAREWELL = 3000;

/**
 * Hands a run's chunks to workers through a BullMQ queue of its own and writes what they answer to one file. What this
 * process has not on disk it asks for again, so that neither a killed worker nor a Redis that forgot
 * everything loses a chunk; and a chunk answered twice is written once.
 *
 * @throws ClicksegError `invalid-file` where a chunk is answered with lines that are no records, however often it is asked for; the
 * signal's reason when aborted
 */
export async function collectFromQueue(run: Run, options: CollectOptions): Promise<Recorded> {
  await makeFolder(options.out, 'evaluate: --out');
  const path = recordsFile(options.out);
  const release = await lockRecords(path);
  try {
    return await collectInto(path, run, options);
  } finally {
    release();
  }
}

async function collectInto(path: string, run: Run, options: CollectOptions): Promise<Recorded> {
  const { resume = false, every = COLLECT_DEFAULTS.every } = options;
  const { finished, begun } = readProgress(path, run.header, resume);
  const { chunks, structures } = run.catalogue;
  const pending = new Map(chunks.filter((c) => !finished.has(c.number)).map((c) => [c.number, c]));
  const open = [...pending.values()].reduce((sum, { tasks }) => sum + tasks.length, 0);
  const connection = await connectRedis(options.redis, (message) => console.error(message));
  const { redis, refused } = connection;
  const signal = options.signal ? AbortSignal.any([options.signal, refused]) : refused;
  const queue = queueOf(redis, run.header.run);
  const progress = createProgress(structures, structures - open);
  const writer = openRecordWriter(path, (message) =>
    console.error(`the disk is full (${message}); records are held back`),
  );
  const ledger: Ledger = {
    pending,
    finish(chunk, lines) {
      for (const line of lines) writer.write(line);
      writer.write({ finished: chunk.number });
      pending.delete(chunk.number);
      progress.add(chunk.tasks.length);
    },
  };
  try {
    if (!begun) writer.write(run.header);
    await unless(signal, removeOldRuns(redis));
    const look = createLook(run, queue, ledger);
    const sayAlone = createSayAlone(connection, queue, every);
    while (pending.size > 0) {
      await unless(signal, announceAndAsk(connection, run, queue, pending));
      await look(signal);
      if (pending.size === 0) break;
      await unless(signal, sayAlone());
      await unless(signal, sleep(every));
    }
  } finally {
    progress.end();
    const unsaved = writer.close();
    if (unsaved > 0)
      console.error(`${unsaved} lines were not saved, the disk is full; free some space and --resume`);
    await takeLeave(connection, run, queue, pending.size === 0);
  }
  return { path, unsaved: writer.waiting };
}

/** Says that the run asks for work, and adds every pending chunk that Redis does not know (any more): a known one stays as it is. */
async function announceAndAsk(
  { redis }: Connection,
  { header }: Run,
  queue: RunQueue,
  pending: ReadonlyMap<number, Chunk>,
): Promise<void> {
  const { waiting, ...rest } = await queue.getJobCounts(
    'waiting',
    'active',
    'delayed',
    'completed',
    'failed',
  );
  const known = Object.values(rest).reduce((sum, n) => sum + n, waiting);
  // The announcement first: without it workers would leave the queue.
  await announce(redis, { header, waiting: known < pending.size ? pending.size : waiting });
  if (known >= pending.size) return;
  await queue.addBulk(
    [...pending.keys()].map((chunk) => ({
      name: 'chunk',
      data: { chunk },
      opts: { jobId: `chunk-${chunk}`, attempts: ATTEMPTS, backoff: { type: 'fixed', delay: 500 } },
    })),
  );
}

/** Says, once it has lasted, that no worker is there; again after one has been. */
function createSayAlone({ shown }: Connection, queue: RunQueue, every: number) {
  let alone = 0;
  return async (): Promise<void> => {
    // A Redis that does not tell its clients is not worth stopping for.
    const workers = await queue.getWorkersCount().catch(() => 1);
    alone = workers > 0 ? 0 : alone + every;
    if (alone < ALONE || alone >= ALONE + every) return;
    console.error(
      `no worker at ${shown} with the data and models of this run; waiting for one: node dist/main.js worker --queue ...`,
    );
  };
}

/**
 * Nothing of a run that is done stays in Redis. Of one that is stopped those chunks go that no worker has begun; what workers are at,
 * and what they answered, is there for `--resume`, and is removed by whichever run comes long after.
 */
async function takeLeave(
  { redis }: Connection,
  { header: { run } }: Run,
  queue: RunQueue,
  done: boolean,
): Promise<void> {
  const leave = async () => {
    if (done) return removeRun(redis, run);
    await withdraw(redis, run);
    await queue.drain(true);
  };
  if (redis.status === 'ready')
    await Promise.race([leave().catch(() => {}), sleep(FAREWELL, undefined, { ref: false })]);
  queue.close().catch(() => {});
  redis.disconnect();
}
