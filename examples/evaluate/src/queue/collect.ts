import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { makeFolder } from '../run/make-folder.ts';
import type { Run } from '../run/open-run.ts';
import { createProgress } from '../run/progress.ts';
import type { RecordLine } from '../run/record.ts';
import { readProgress } from '../run/record-file.ts';
import { type Recorded, recordsFile } from '../run/record-run.ts';
import { openRecordWriter } from '../run/record-writer.ts';
import { type ChunkJob, connectRedis, QUEUE_NAME, withoutPassword } from './connection.ts';

export interface CollectOptions {
  readonly redis: string;
  readonly out: string;
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  /** How often to look for results, ms. */
  readonly every?: number;
}

export const COLLECT_DEFAULTS = { every: 500 } as const;

// A worker that was killed does not count; these are for chunks that fail wherever they are tried.
const ATTEMPTS = 3;
const BATCH = 20;
/** Until it is said that nobody works, ms; workers that were started with this process need a moment. */
const ALONE = 3000;

/**
 * Hands a run's chunks to workers through a BullMQ queue and writes what they answer to one file. What this
 * process has not on disk it asks for again, so that neither a killed worker nor a Redis that forgot
 * everything loses a chunk; and a chunk answered twice is written once.
 */
export async function collectFromQueue(run: Run, options: CollectOptions): Promise<Recorded> {
  const { out, resume = false, signal, every = COLLECT_DEFAULTS.every } = options;
  await makeFolder(out, 'evaluate: --out');
  const path = recordsFile(out);
  const { finished, begun } = readProgress(path, run.header, resume);
  const { chunks, structures } = run.catalogue;
  const pending = new Map(chunks.filter((c) => !finished.has(c.number)).map((c) => [c.number, c]));
  const open = [...pending.values()].reduce((sum, { tasks }) => sum + tasks.length, 0);
  const redis = await connectRedis(options.redis, (message) => console.error(message));
  const queue = new Queue<ChunkJob, RecordLine[]>(QUEUE_NAME, { connection: redis });
  queue.on('error', () => {});
  const progress = createProgress(structures, structures - open);
  const writer = openRecordWriter(path, (message) =>
    console.error(`the disk is full (${message}); records are held back`),
  );
  const finish = (number: number, lines: readonly RecordLine[]) => {
    const chunk = pending.get(number);
    if (!chunk) return;
    for (const line of lines) writer.write(line);
    writer.write({ finished: number });
    pending.delete(number);
    progress.add(chunk.tasks.length);
  };
  let alone = 0;
  try {
    if (!begun) writer.write(run.header);
    while (pending.size > 0) {
      signal?.throwIfAborted();
      await enqueueLost(queue, run, pending);
      for (const job of await queue.getJobs(['completed'], 0, BATCH - 1)) {
        if (job?.data?.run !== run.header.run) continue;
        finish(job.data.chunk, job.returnvalue);
        await job.remove();
      }
      for (const job of await queue.getJobs(['failed'], 0, BATCH - 1)) {
        if (job?.data?.run !== run.header.run) continue;
        const chunk = pending.get(job.data.chunk);
        if (chunk) {
          const reason = `failed ${ATTEMPTS} times: ${job.failedReason}`;
          const leftOut = {
            image: chunk.entry.case,
            group: chunk.entry.group,
            structures: chunk.tasks.length,
            reason,
          };
          finish(chunk.number, [{ leftOut, chunk: chunk.number }]);
        }
        await job.remove();
      }
      if (pending.size === 0) break;
      // A Redis that does not tell its clients is not worth stopping for.
      const workers = await queue.getWorkersCount().catch(() => 1);
      alone = workers > 0 ? 0 : alone + every;
      if (alone >= ALONE && alone < ALONE + every) {
        console.error(
          `no worker at ${withoutPassword(options.redis)}; waiting for one: node dist/main.js worker --queue ...`,
        );
      }
      await sleep(every, undefined, { signal }).catch((error) => {
        signal?.throwIfAborted();
        throw error;
      });
    }
  } finally {
    progress.end();
    const unsaved = writer.close();
    if (unsaved > 0)
      console.error(`${unsaved} lines were not saved, the disk is full; free some space and --resume`);
    await queue.close();
    redis.disconnect();
  }
  return { path, unsaved: writer.waiting };
}

/** Adds every pending chunk that Redis does not know (any more). Adding a known one again does nothing. */
async function enqueueLost(
  queue: Queue<ChunkJob, RecordLine[]>,
  { header }: Run,
  pending: ReadonlyMap<number, unknown>,
): Promise<void> {
  const known = await queue.getJobCounts(
    'waiting',
    'active',
    'delayed',
    'completed',
    'failed',
    'prioritized',
  );
  if (Object.values(known).reduce((sum, n) => sum + n, 0) >= pending.size) return;
  const { run, about } = header;
  await queue.addBulk(
    [...pending.keys()].map((chunk) => ({
      name: 'chunk',
      data: { run, settings: about.settings, chunk },
      opts: {
        jobId: `${run.slice(0, 24)}-${chunk}`,
        attempts: ATTEMPTS,
        backoff: { type: 'fixed', delay: 500 },
      },
    })),
  );
}
