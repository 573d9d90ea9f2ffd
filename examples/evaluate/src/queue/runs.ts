import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { faultOf } from '../run/check-line.ts';
import type { RecordHeader, RecordLine } from '../run/record.ts';

// A queue of its own for every run. In one that runs share, the chunks that nobody asks for any more, or that only other data or models
// fit, stand in the way of all others. Workers find the queues by what their coordinators announce.

/** One chunk of a run, as it lies in the run's queue. */
export interface ChunkJob {
  readonly chunk: number;
}

export type RunQueue = Queue<ChunkJob, RecordLine[]>;

/** A run that asks for work. */
export interface AnnouncedRun {
  readonly header: RecordHeader;
  /** Chunks that no worker has in hand. */
  readonly waiting: number;
}

/** Every run whose queue may lie in Redis, by when its coordinator was last there, ms. */
const RUNS = 'clickseg-evaluate:runs';
/** How long an announcement is believed, s: its coordinator renews it several times a second. */
const BELIEVED = 60;
/** After how long what a coordinator left behind is removed, ms. */
const KEPT = 7 * 24 * 3600 * 1000;

const announcementOf = (run: string) => `clickseg-evaluate:run:${run}`;

/** What BullMQ calls the queue of a run. */
export const queueName = (run: string): string => `clickseg-evaluate-${run.slice(0, 24)}`;

/** A run's queue. Its connection's errors are told where that is made. */
export function queueOf(redis: Redis, run: string): RunQueue {
  const queue: RunQueue = new Queue(queueName(run), { connection: redis });
  queue.on('error', () => {});
  return queue;
}

/** Says, for a while, that a run asks for work. */
export async function announce(redis: Redis, { header, waiting }: AnnouncedRun): Promise<void> {
  await redis.zadd(RUNS, Date.now(), header.run);
  await redis.set(announcementOf(header.run), JSON.stringify({ header, waiting }), 'EX', BELIEVED);
}

/** Takes an announcement back; what lies in the queue stays, for `--resume`. */
export async function withdraw(redis: Redis, run: string): Promise<void> {
  await redis.del(announcementOf(run));
}

/** The runs that ask for work, those with waiting chunks first. */
export async function announcedRuns(redis: Redis): Promise<AnnouncedRun[]> {
  const runs = await redis.zrange(RUNS, '0', '-1');
  if (runs.length === 0) return [];
  const texts = await redis.mget(runs.map(announcementOf));
  const found = texts.flatMap((text): AnnouncedRun[] => {
    const said = text === null ? undefined : JSON.parse(text);
    return said && faultOf(said.header) === undefined ? [said] : [];
  });
  return found.sort((a, b) => Number(b.waiting > 0) - Number(a.waiting > 0));
}

/** Removes all that a run has in Redis. */
export async function removeRun(redis: Redis, run: string): Promise<void> {
  const queue = queueOf(redis, run);
  await withdraw(redis, run);
  await queue.obliterate({ force: true });
  await queue.close();
  await redis.zrem(RUNS, run);
}

/** Removes what runs left behind whose coordinator has not been seen for long. */
export async function removeOldRuns(redis: Redis, now = Date.now()): Promise<void> {
  for (const run of await redis.zrangebyscore(RUNS, 0, now - KEPT)) await removeRun(redis, run);
}
