import { LONGEST_TIMER } from '../timer.ts';

/** Ends a download to which nothing comes any more. */
export interface Watchdog {
  /** For `fetch`: aborts when the caller's does, or when nothing comes. */
  readonly signal: AbortSignal;
  /** Waits for the next sign of life, and no longer than the time allowed, also where the signal is not heeded. */
  over<T>(next: T | Promise<T>): Promise<T>;
  starved(): boolean;
  end(): void;
}

/**
 * A network that is gone without a word, as a laptop's is that leaves the building, ends no download by itself.
 *
 * @param timeout - ms; Infinity waits for ever
 */
export function watchdog(timeout: number, signal: AbortSignal | undefined): Watchdog {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let starved = false;
  const abort = () => stop.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
  });
  stopped.catch(() => undefined);
  return {
    signal: stop.signal,
    async over(next) {
      const starve = () => {
        starved = true;
        stop.abort();
      };
      if (timeout <= LONGEST_TIMER) timer = setTimeout(starve, timeout);
      try {
        return await Promise.race([next, stopped]);
      } finally {
        clearTimeout(timer);
      }
    },
    starved: () => starved,
    end() {
      signal?.removeEventListener('abort', abort);
      // What is still under way after a fault has no reader any more.
      stop.abort();
    },
  };
}
