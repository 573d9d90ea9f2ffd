/** Says how far a run is and how long it still takes. */
export interface ProgressLine {
  /** `structures` more are done. */
  add(structures: number): void;
  end(): void;
}

const EVERY_MS = 2000;

/**
 * Progress on standard error: one line that is rewritten on a terminal, a new line every half minute
 * elsewhere. What an earlier run finished does not count into the speed.
 */
export function createProgress(
  total: number,
  earlier: number,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressLine {
  const started = performance.now();
  let done = earlier;
  let last = started;
  const say = (now: number) => {
    last = now;
    const speed = (done - earlier) / (now - started);
    const left = speed > 0 ? `, ${duration(Math.max(0, total - done) / speed)} left` : '';
    const text = `${done} of ${total} structures on slices${left}`;
    stream.write(stream.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  };
  return {
    add(structures) {
      done += structures;
      const now = performance.now();
      if (now - last >= (stream.isTTY ? EVERY_MS : 15 * EVERY_MS)) say(now);
    },
    end() {
      say(performance.now());
      if (stream.isTTY) stream.write('\n');
    },
  };
}

/** 4210000 -> '1 h 10 min'. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
