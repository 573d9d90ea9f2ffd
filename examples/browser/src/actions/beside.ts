import { say, task } from '../state/store.ts';

/** Whether long work is under way, beside which a file of clicks or labels would change what it works on; then says so. */
export function busyBeside(name: string): boolean {
  if (task.value === undefined) return false;
  say(`${name}: not opened beside “${task.value.text}”. Stop that (Esc) or wait for it.`, true);
  return true;
}
