import { ClicksegError } from '@clickseg/raster';
import type { Chunk } from '../catalogue.ts';
import type { Run } from '../run/open-run.ts';
import type { RecordLine } from '../run/record.ts';
import { faultOfAnswer } from './check-answer.ts';
import { unless } from './connection.ts';
import { failureWords } from './failure-words.ts';
import type { RunQueue } from './runs.ts';

// A worker that was killed does not count; these are for chunks that fail, or are answered with no records, wherever they are tried.
export const ATTEMPTS = 3;
const BATCH = 20;

/** The chunks that are still to be done, and where they go once they are. */
export interface Ledger {
  readonly pending: ReadonlyMap<number, Chunk>;
  finish(chunk: Chunk, lines: readonly RecordLine[]): void;
}

/** Takes what workers have answered, or failed at for good, out of the queue and into the ledger. */
export function createLook({ header }: Run, queue: RunQueue, { pending, finish }: Ledger) {
  const refusals = new Map<number, number>();
  const jobs = async (state: 'completed' | 'failed', signal: AbortSignal) =>
    // One that is gone since it was listed comes as nothing.
    (await unless(signal, queue.getJobs([state], 0, BATCH - 1))).filter(Boolean);
  return async (signal: AbortSignal): Promise<void> => {
    for (const job of await jobs('completed', signal)) {
      const chunk = pending.get(job.data?.chunk);
      const fault = chunk && faultOfAnswer(job.returnvalue, chunk, header);
      if (chunk && fault === undefined) finish(chunk, job.returnvalue);
      // Removed, it is lost to the queue, and so asked for again.
      await unless(signal, job.remove());
      if (chunk && fault !== undefined) refuse(chunk.number, fault);
    }
    for (const job of await jobs('failed', signal)) {
      const chunk = pending.get(job.data?.chunk);
      if (chunk) {
        const { entry, tasks, number } = chunk;
        const reason = failureWords(job);
        const leftOut = { image: entry.case, group: entry.group, structures: tasks.length, reason };
        finish(chunk, [{ leftOut, chunk: number }]);
      }
      await unless(signal, job.remove());
    }
  };

  function refuse(chunk: number, fault: string): void {
    const times = (refusals.get(chunk) ?? 0) + 1;
    refusals.set(chunk, times);
    const words = `the answer for chunk ${chunk} is refused: ${fault}`;
    if (times >= ATTEMPTS) {
      const why = `evaluate: ${words}, ${times} times now; what is recorded is kept, --resume goes on`;
      throw new ClicksegError('invalid-file', why);
    }
    console.error(`${words}; it is asked for again`);
  }
}
