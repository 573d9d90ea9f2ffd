import { signal as changing } from '@preact/signals';
import { scanLife } from './lifetime.ts';
import { say } from './store.ts';

/** Long work with an end, as the page shows it: carrying a mask, replaying clicks, reading labels. */
export interface Task {
  readonly text: string;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  /** Whether it has changed nothing yet: to undo it then is to stop it. */
  readonly pending: () => boolean;
  readonly stop: () => void;
}

/** What the work itself has of its task. */
export interface OwnTask {
  /** Aborted by Escape, the stop button, another scan, and by undo where the task is pending; asked before each write. */
  readonly signal: AbortSignal;
  readonly report: (done: number, total: number, text?: string) => void;
}

/** How a task is shown, and what is said of it. */
export interface TaskOptions {
  /** See {@link Task}. Default never. */
  readonly pending?: () => boolean;
  /** What is said where another is under way, such as `labels.nii: not opened`. Default nothing. */
  readonly refused?: string;
  /** What is said at the moment a person stops it. Default nothing. */
  readonly stopped?: () => string;
}

/** The task that is under way; written by {@link runTask} alone. */
export const task = changing<Task | undefined>(undefined);

/**
 * Does long work as the one task that is under way, until it has ended or is stopped. Stopped, it makes room at once,
 * however late the work itself comes to an end: nothing that it still answers or throws is of use.
 *
 * @returns what the work does; `undefined` where it was stopped, or another task is under way
 */
export async function runTask<T>(
  text: string,
  work: (own: OwnTask) => Promise<T>,
  { pending = () => false, refused, stopped }: TaskOptions = {},
): Promise<T | undefined> {
  if (task.value !== undefined) {
    if (refused) say(`${refused} beside “${task.value.text}”. Stop that (Esc) or wait for it.`, true);
    return undefined;
  }
  const own = new AbortController();
  const signal = AbortSignal.any([own.signal, scanLife()]);
  let mine: Task | undefined;
  const stop = () => {
    if (signal.aborted) return;
    own.abort();
    if (stopped) say(stopped());
  };
  const report: OwnTask['report'] = (done, total, now = text) => {
    if (signal.aborted) return;
    mine = { text: now, done, total, pending, stop };
    task.value = mine;
  };
  const release = () => {
    if (task.value === mine) task.value = undefined;
  };
  signal.addEventListener('abort', release);
  report(0, 0);
  try {
    const result = await work({ signal, report });
    return signal.aborted ? undefined : result;
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  } finally {
    // The scan's life goes on, and would keep it.
    signal.removeEventListener('abort', release);
    release();
  }
}
