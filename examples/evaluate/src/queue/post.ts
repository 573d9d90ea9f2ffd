import { type Job, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { evaluateChunk } from '../run/evaluate-chunk.ts';
import { isMachineFault } from '../run/lost-case.ts';
import type { Run } from '../run/open-run.ts';
import type { RecordLine } from '../run/record.ts';
import { type ChunkJob, queueName } from './runs.ts';

/** A worker's place at the queue of one run. */
export interface Post {
  readonly id: string;
  /** The chunk at hand. */
  readonly chunk: () => number | undefined;
  /** Since when there has been none. */
  readonly since: () => number;
  /** Why this machine can do no chunk of the run any more. */
  readonly fault: () => Error | undefined;
  /** Leaves after the chunk at hand. */
  close(): Promise<void>;
}

/**
 * Evaluates chunks of a run until closed. One that the machine is at fault for goes back, is not counted against the chunk, and is
 * the last.
 * @param lock - s, after which another worker takes a chunk over from one that gives no sign of life
 */
export function takePost(run: Run, redis: Redis, lock: number): Post {
  let chunk: number | undefined;
  let since = performance.now();
  let fault: Error | undefined;

  const giveBack = async (job: Job<ChunkJob>, token: string | undefined, error: Error): Promise<never> => {
    fault = error;
    await job.moveToWait(token);
    console.error(`chunk ${job.data.chunk}: given back`);
    // Before the next job is asked for: it would be the same.
    void worker.close();
    throw new WaitingError();
  };

  const worker: Worker<ChunkJob, RecordLine[]> = new Worker<ChunkJob, RecordLine[]>(
    queueName(run.header.run),
    async (job, token) => {
      const number = job.data.chunk;
      chunk = number;
      const lines: RecordLine[] = [];
      console.error(`chunk ${number}: begins`);
      const started = performance.now();
      try {
        for await (const line of evaluateChunk(run.catalogue.chunks[number], run.context)) lines.push(line);
      } catch (error) {
        if (isMachineFault(error) || run.context.signal?.aborted) await giveBack(job, token, error as Error);
        throw error;
      } finally {
        chunk = undefined;
        since = performance.now();
      }
      console.error(`chunk ${number}: ${lines.length} records in ${((since - started) / 1000).toFixed(1)} s`);
      return lines;
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
  return {
    id: run.header.run,
    chunk: () => chunk,
    since: () => since,
    fault: () => fault,
    close: async () => {
      await worker.close();
      await run.close();
    },
  };
}
