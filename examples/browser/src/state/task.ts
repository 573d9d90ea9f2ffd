import { signal } from '@preact/signals';

/** Long work with an end, as the page shows it: carrying a mask, replaying clicks, reading labels. */
export interface Task {
  readonly text: string;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  /** It changes nothing before its end: to undo it is to stop it. */
  readonly pending: boolean;
  readonly stop: () => void;
}

/** What the work itself has of its task. */
export interface OwnTask {
  /** Aborted by Escape, the stop button, another scan, and by undo where the task is pending. */
  readonly signal: AbortSignal;
  readonly report: (done: number, total: number, text?: string) => void;
}

/** The task that is under way; written by {@link runTask} alone. */
export const task = signal<Task | undefined>(undefined);

/** Shows work as the task until it has ended, however it ends; another's that has begun meanwhile stays. */
export async function runTask<T>(
  text: string,
  work: (own: OwnTask) => Promise<T>,
  { pending = false } = {},
): Promise<T> {
  const stop = new AbortController();
  let mine: Task | undefined;
  const report: OwnTask['report'] = (done, total, now = text) => {
    // Stopped for another's sake, which may be shown already.
    if (stop.signal.aborted) return;
    mine = { text: now, done, total, pending, stop: () => stop.abort() };
    task.value = mine;
  };
  report(0, 0);
  try {
    return await work({ signal: stop.signal, report });
  } finally {
    if (task.value === mine) task.value = undefined;
  }
}
