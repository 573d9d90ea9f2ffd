interface Job {
  start(): Promise<void>;
  drop(reason: unknown): void;
  /** Tells a run that nobody waits for it any more. */
  stop(reason: unknown): void;
}

/** One run at a time, at most one waiting request an owner, the newest winning. */
export interface Scheduler {
  /**
   * Asks for `work` to be run. While the owner has a request waiting already, that one rejects with
   * an `AbortError` and this one takes its place in the queue. Rejects with the signal's reason when
   * aborted, also during the run: `work` is told by the signal it is given, and still ends before the
   * next begins, for its buffers are in use until then.
   */
  request<T>(owner: object, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Rejects the waiting request of `owner`, or every waiting one. A run under way is told by its signal, and ends as it
   * would have where it cannot be stopped.
   */
  cancel(owner: object | undefined, reason: unknown): void;
  /** Settles when the run under way has ended; at once where there is none. */
  settled(): Promise<void>;
}

/** The queue before a session, fair between its interactions: first come, first served. */
export function createScheduler(): Scheduler {
  // A Map keeps a replaced key's place, so dragging in one view does not starve another.
  const waiting = new Map<object, Job>();
  let running: Promise<void> | undefined;
  let current: readonly [owner: object, job: Job] | undefined;

  function next(): void {
    const first = waiting.entries().next();
    if (running !== undefined || first.done) return;
    current = first.value;
    waiting.delete(current[0]);
    running = current[1].start().then(() => {
      running = current = undefined;
      next();
    });
  }

  return {
    request<T>(owner: object, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise<T>((resolve, reject) => {
        const stop = new AbortController();
        const abort = () => {
          if (waiting.get(owner) === job) waiting.delete(owner);
          job.stop(signal?.reason);
          job.drop(signal?.reason);
        };
        const release = () => signal?.removeEventListener('abort', abort);
        const job: Job = {
          async start() {
            try {
              resolve(await work(stop.signal));
            } catch (error) {
              reject(error);
            }
            release();
          },
          drop(reason) {
            release();
            reject(reason);
          },
          stop: (reason) => stop.abort(reason),
        };
        signal?.addEventListener('abort', abort);
        waiting.get(owner)?.drop(superseded());
        waiting.set(owner, job);
        next();
      });
    },
    cancel(owner, reason) {
      if (current && (owner ?? current[0]) === current[0]) current[1].stop(reason);
      for (const [key, job] of [...waiting]) {
        if (owner !== undefined && key !== owner) continue;
        waiting.delete(key);
        job.drop(reason);
      }
    },
    async settled() {
      await running;
    },
  };
}

/** What a call rejects with whose place a newer one has taken. */
export function superseded(): DOMException {
  return new DOMException('superseded by a newer call', 'AbortError');
}
