import { ServeFault } from './fault.ts';

/** Inputs of one size, one after another, `[n, channels, h, w]`. */
export interface Work {
  readonly data: Float32Array;
  readonly count: number;
  readonly h: number;
  readonly w: number;
  /** Names of those wanted. */
  readonly outputs: readonly string[];
}

/** Runs the network on `[n, channels, h, w]`; answers `[n, 1, h, w]` for each output wanted, in their order. */
export type RunBatch = (work: Work) => Promise<readonly Float32Array[]>;

export interface BatchOptions {
  /** Most images of one run. */
  readonly maxBatch: number;
  /** Most pixels of one run, its images together; one request by itself may have more. */
  readonly maxPixels: number;
  /** ms that a request waits for company at most. */
  readonly maxDelay: number;
  /** Most requests that wait; one more is told 503. */
  readonly maxQueue: number;
}

/**
 * One image of the runtime's largest window. Time and memory of a run grow with its pixels: eight images of 1024 x 1024 took
 * longer than a client waits, and nobody was answered, for the clients' next attempts met in the next batch.
 */
export const MAX_PIXELS = 512 * 512;

export const BATCH_DEFAULTS: BatchOptions = { maxBatch: 8, maxPixels: MAX_PIXELS, maxDelay: 2, maxQueue: 64 };

interface Waiting {
  readonly work: Work;
  readonly signal: AbortSignal | undefined;
  resolve(outputs: readonly Float32Array[]): void;
  reject(reason: unknown): void;
}

/** Dynamic batching: requests of one image size and the same outputs that wait together run together, oldest first. */
export function createBatcher(run: RunBatch, options: BatchOptions) {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  // Whoever has left need not be answered: a drag that is dragged on leaves many.
  function forgetAbandoned(): void {
    for (const one of waiting.filter(({ signal }) => signal?.aborted)) {
      waiting.splice(waiting.indexOf(one), 1);
      one.reject(new ServeFault(499, 'the client closed the connection'));
    }
  }

  function fits(count: number, { h, w }: Work): boolean {
    return count <= options.maxBatch && count * h * w <= options.maxPixels;
  }

  function alike(): Waiting[] {
    const [{ work: first }] = waiting;
    const batch: Waiting[] = [];
    let count = 0;
    for (const one of waiting) {
      const { h, w, outputs } = one.work;
      if (h !== first.h || w !== first.w || JSON.stringify(outputs) !== JSON.stringify(first.outputs))
        continue;
      if (batch.length > 0 && !fits(count + one.work.count, first)) break;
      batch.push(one);
      count += one.work.count;
    }
    return batch;
  }

  function start(): void {
    forgetAbandoned();
    if (running !== undefined || waiting.length === 0) return;
    const batch = alike();
    const count = batch.reduce((n, { work }) => n + work.count, 0);
    const full = !fits(count + 1, batch[0].work);
    if (!full && !closed && timer === undefined && options.maxDelay > 0) {
      timer = setTimeout(go, options.maxDelay);
      return;
    }
    if (timer === undefined || full) go();
  }

  function go(): void {
    clearTimeout(timer);
    timer = undefined;
    forgetAbandoned();
    if (waiting.length === 0) return;
    const batch = alike();
    for (const one of batch) waiting.splice(waiting.indexOf(one), 1);
    running = answer(batch).finally(() => {
      running = undefined;
      start();
    });
  }

  async function answer(batch: readonly Waiting[]): Promise<void> {
    const [{ work: first }] = batch;
    try {
      const count = batch.reduce((n, { work }) => n + work.count, 0);
      const data = new Float32Array(batch.reduce((n, { work }) => n + work.data.length, 0));
      let at = 0;
      for (const { work } of batch) {
        data.set(work.data, at);
        at += work.data.length;
      }
      const outputs = await run({ ...first, data, count });
      at = 0;
      for (const { work, resolve } of batch) {
        const end = at + work.count * first.h * first.w;
        resolve(outputs.map((output) => output.slice(at, end)));
        at = end;
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    /** @param signal - aborted where the client has left; work that waits is then dropped, a run goes on */
    run(work: Work, signal?: AbortSignal): Promise<readonly Float32Array[]> {
      if (closed) return Promise.reject(new ServeFault(503, 'the server is shutting down'));
      forgetAbandoned();
      if (waiting.length >= options.maxQueue) {
        return Promise.reject(new ServeFault(503, `${waiting.length} requests wait already`));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ work, signal, resolve, reject });
        start();
      });
    },
    /** Takes no more, and settles when what waits has been answered. */
    async close(): Promise<void> {
      closed = true;
      if (timer !== undefined) go();
      while (running !== undefined) await running;
    },
  };
}
