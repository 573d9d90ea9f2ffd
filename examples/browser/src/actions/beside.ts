import { say } from '../state/store.ts';
import { task } from '../state/task.ts';

/**
 * Whether long work is under way, beside which a file of clicks or labels would change what it works on; then says so.
 * @param what - what was to be done with it
 */
export function busyBeside(name: string, what = 'opened'): boolean {
  if (task.value === undefined) return false;
  say(`${name}: not ${what} beside “${task.value.text}”. Stop that (Esc) or wait for it.`, true);
  return true;
}
