import { scanLife } from '../state/lifetime.ts';
import { lockedMasks, takePixels } from '../state/locks.ts';
import { attempt, lastTimings, replaceWork, scan, structures, waiting, workOf } from '../state/store.ts';
import { freeMask } from './free-mask.ts';
import { predict } from './predict.ts';
import { countAnswer } from './rate.ts';

const running = new Map<string, Promise<void>>();

/** Sees to it that a slice's mask answers to its clicks; while that runs, the newest clicks are taken next. */
export function answer(id: number, at: number): void {
  attempt(() => answered(id, at));
}

/** As {@link answer}, and resolves once it does. */
export function answered(id: number, at: number): Promise<void> {
  const key = `${id}/${at}`;
  const known = running.get(key);
  if (known !== undefined) return known;
  // Without anything to wait for, what follows would end before it is noted as running, and be taken for that ever after.
  if (workOf(id, at).answered) return Promise.resolve();
  const work = (async () => {
    waiting.value++;
    try {
      while (!workOf(id, at).answered) await once(id, at);
    } finally {
      running.delete(key);
      waiting.value--;
    }
  })();
  running.set(key, work);
  return work;
}

async function once(id: number, at: number): Promise<void> {
  const [open, life] = [scan.value, scanLife()];
  const { clicks, edit } = workOf(id, at);
  if (open === undefined) return;
  const prediction = await predict(open, id, at, clicks, lockedMasks(id, at)).catch((error) => {
    // With another scan the buffers of the one before go, and so does what waited for them.
    if (life.aborted) return undefined;
    throw error;
  });
  const now = workOf(id, at);
  // Undone or replaced meanwhile, or another scan: this answers to nothing that is there.
  if (prediction === undefined || life.aborted || now.edit !== edit || now.answered) return;
  // What was locked while the network was at work keeps its pixels too. Outlines are computed when they are drawn, while the
  // network is at the next clicks already.
  const mask = freeMask(prediction, lockedMasks(id, at), 'later');
  lastTimings.value = prediction.timings;
  countAnswer();
  // Asked again without an edit, as after a lock, a carried mask is one still.
  const source = now.source === 'carried' ? 'carried' : 'clicks';
  replaceWork(id, at, { ...now, mask, source, answered: now.clicks === clicks });
  // Locked itself meanwhile, its last answer takes its pixels as the lock did.
  if (structures.value.some((each) => each.id === id && each.locked)) takePixels(id);
}
