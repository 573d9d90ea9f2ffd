import { counted } from '../state/counted.ts';
import { scan, structures } from '../state/store.ts';
import { hasWork } from '../state/structure.ts';
import { ask } from './ask.ts';

/** Whether what was done may go, which is asked only where something was. @param title - what is done in its place */
export async function mayDiscard(title = 'Open and discard the work'): Promise<boolean> {
  const done = structures.value.filter(hasWork).length;
  if (done === 0) return true;
  const hint = `${counted(done, 'structure')} of ${scan.value?.name}: what is not saved is lost`;
  return (await ask('There is work in this scan', [{ id: 'discard', title, hint }], 'Stay')) === 'discard';
}
