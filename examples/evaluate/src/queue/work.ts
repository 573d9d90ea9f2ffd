import { setTimeout as sleep } from 'node:timers/promises';
import { ClicksegError, isClicksegError } from '@clickseg/raster';
import { type Job, WaitingError, Worker } from 'bullmq';
import { evaluateChunk } from '../run/evaluate-chunk.ts';
import { type Machine, openRun, type Run } from '../run/open-run.ts';
import type { RecordLine } from '../run/record.ts';
import { checkSettings, type Settings } from '../settings.ts';
import { type ChunkJob, connectRedis, QUEUE_NAME, withoutPassword } from './connection.ts';

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

/**
 * Evaluates chunks from the queue until it is stopped; a stop waits for the chunk at hand. Chunks that this machine
 * cannot do (other data, another model, a server of networks that is away) are given back, and the worker ends with that
 * error.
 */
export async function workFromQueue(options: WorkOptions): Promise<void> {
  const { machine, lock = WORK_DEFAULTS.lock, idle, signal } = options;
  const redis = await connectRedis(options.redis, (message) => console.error(message));
  console.error(`at work for ${withoutPassword(options.redis)}`);
  let open: { readonly id: string; readonly run: Run } | undefined;
  let misfit: unknown;
  let busy = 0;
  let last = performance.now();
  const stop = new AbortController();

  const runOf = async ({ run: id, settings }: ChunkJob): Promise<Run> => {
    if (open?.id === id) return open.run;
    await open?.run.close();
    open = undefined;
    const run = await openRun(checkSettings(settings as Partial<Settings>), machine);
    if (run.header.run !== id) {
      await run.close();
      throw new ClicksegError(
        'invalid-option',
        `worker: its data or model are not those of run ${id.slice(0, 12)}`,
      );
    }
    open = { id, run };
    return run;
  };

  /** Back in the queue, for another worker, and not counted against the chunk; this worker ends. */
  const giveBack = async (job: Job<ChunkJob>, token: string | undefined, error: unknown): Promise<never> => {
    misfit = error;
    stop.abort();
    await job.moveToWait(token);
    // Before the next job is asked for: it would be the same.
    void worker.close();
    throw new WaitingError();
  };

  const worker: Worker<ChunkJob, RecordLine[]> = new Worker<ChunkJob, RecordLine[]>(
    QUEUE_NAME,
    async (job, token) => {
      const { data } = job;
      busy++;
      try {
        const run = await runOf(data).catch((error) => giveBack(job, token, error));
        const lines: RecordLine[] = [];
        console.error(`chunk ${data.chunk}: begins`);
        const started = performance.now();
        try {
          for await (const line of evaluateChunk(run.catalogue.chunks[data.chunk], run.context))
            lines.push(line);
        } catch (error) {
          if (isClicksegError(error, 'backend-failed')) await giveBack(job, token, error);
          throw error;
        }
        const seconds = (performance.now() - started) / 1000;
        console.error(`chunk ${data.chunk}: ${lines.length} records in ${seconds.toFixed(1)} s`);
        return lines;
      } finally {
        busy--;
        last = performance.now();
      }
    },
    {
      connection: redis,
      lockDuration: lock * 1000,
      stalledInterval: lock * 1000,
      // Killed workers are no fault of the chunk.
      maxStalledCount: 100,
    },
  );
  worker.on('error', (error) => {
    // The connection's own errors are told where it is made.
    if (!/ECONN|closed|READONLY|LOADING/i.test(error.message)) console.error(`worker: ${error.message}`);
  });
  try {
    const over = () =>
      stop.signal.aborted ||
      signal?.aborted ||
      (idle !== undefined && busy === 0 && performance.now() - last > idle * 1000);
    while (!over()) await sleep(200);
  } finally {
    await worker.close();
    redis.disconnect();
    await open?.run.close();
  }
  if (misfit) throw misfit;
}
