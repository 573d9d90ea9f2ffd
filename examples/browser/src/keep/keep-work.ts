import { batch, effect } from '@preact/signals';
import { clear, createStore, get, promisifyRequest, set, setMany } from 'idb-keyval';
import { settle } from '../actions/clicks.ts';
import { firstWindow } from '../actions/view.ts';
import { currentId, greyWindow, type Scan, say, scan, slice, structures, truth } from '../state/store.ts';
import { newStructure, type Structure } from '../state/structure.ts';
import { mend } from './mend.ts';

// A scan that is open and all that was done in it stay in this browser's IndexedDB until they are cleared.
const [SCAN, WORK, TRUTH, OPENED] = ['scan', 'work', 'truth', 'opened'];
// The place that idb-keyval keeps things in.
const store = createStore('keyval-store', 'keyval');
const LATER = 600;

interface KeptWork {
  /** Of the scan that it belongs to. */
  readonly opening?: string;
  readonly structures: readonly Structure[];
  readonly currentId: number;
  readonly slice: number;
  readonly window: { readonly low: number; readonly high: number };
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** Writes at once what the timer waits with. */
let flush: ((leaving: boolean) => void) | undefined;
/** Whether the person knows that this scan is not kept. */
let told = false;
/** Whether the scan could be kept: work without its scan would be of no use. */
let kept: Promise<boolean> = Promise.resolve(false);
/** The opening of the scan that is kept: with another tab's, work would come back over the wrong scan. */
let opening: string | undefined;

/** Keeps a scan that was opened. Where the browser has no room for it, says so and goes on. */
export function keepScan(opened: Scan): void {
  // Once a scan: what was said of the one before has made way for this one's own message.
  told = false;
  opening = `${Date.now()} ${Math.random()}`;
  const own = opening;
  kept = (async () => {
    try {
      await clear();
      await setMany([
        [SCAN, opened],
        [OPENED, own],
      ]);
      return true;
    } catch (error) {
      await set(SCAN, undefined).catch(() => undefined);
      tell(error);
      return false;
    }
  })();
}

/** Keeps what is done from now on, a moment after each change. */
export function keepWork(): void {
  effect(() => {
    const work: KeptWork = {
      structures: structures.value,
      currentId: currentId.value,
      slice: slice.value,
      window: greyWindow.value,
    };
    clearTimeout(timer);
    const write = (leaving: boolean) => {
      clearTimeout(timer);
      flush = undefined;
      void put(WORK, { ...work, opening }, leaving);
    };
    timer = setTimeout(write, LATER, false);
    flush = write;
  });
  effect(() => void put(TRUTH, truth.value));
  // Who leaves the page does not wait.
  window.addEventListener('pagehide', () => flush?.(true));
  document.addEventListener('visibilitychange', () => document.hidden && flush?.(false));
}

/**
 * Writes what belongs to the scan that is kept, where that is still this tab's.
 * @param leaving - the page ends before it could be told whose it is
 */
async function put(key: string, value: unknown, leaving = false): Promise<void> {
  try {
    if (!(await kept)) return;
    const own = opening;
    await store('readwrite', async (all) => {
      if (leaving && !told) {
        all.put(value, key);
        all.transaction.commit();
      } else if ((await promisifyRequest(all.get(OPENED))) === own)
        await promisifyRequest(all.put(value, key));
      else if (own === opening) tellOnce('Another tab of this browser keeps a scan in place of this one.');
    });
  } catch (error) {
    tell(error);
  }
}

/** Brings back the scan and the work of last time; false where nothing was kept, it cannot be read, or a scan was opened meanwhile. */
export async function recall(): Promise<boolean> {
  try {
    const opened = await get<Scan>(SCAN);
    if (opened === undefined) return false;
    const [last, given, own] = await Promise.all([
      get<KeptWork>(WORK),
      get<typeof truth.value>(TRUTH),
      get<string>(OPENED),
    ]);
    // What was opened while this was read is what the person wants.
    if (scan.value !== undefined) return false;
    opening = own;
    // Another tab may have left it behind.
    const work = last?.opening === own ? last : undefined;
    // What an older version kept has no labels, and was numbered by its place.
    const labelled = work?.structures.map((each, i) => ({ ...each, label: each.label ?? i + 1 }));
    const { structures: fresh, dropped } = mend(labelled ?? [newStructure([])], opened.volume.shape);
    kept = Promise.resolve(true);
    batch(() => {
      scan.value = opened;
      structures.value = fresh;
      currentId.value = work?.currentId ?? 1;
      slice.value = work?.slice ?? Math.floor(opened.volume.shape[0] / 2);
      greyWindow.value = work?.window ?? firstWindow(opened);
      truth.value = given;
    });
    if (dropped.length > 0) {
      say(
        `Clicks that lie outside of this scan were left out (${dropped.join('; ')}). All others are here.`,
        true,
      );
    }
    // The page may have been left before an answer came.
    settle();
    return true;
  } catch {
    return false;
  }
}

/** Clears what was kept. */
export async function forget(): Promise<void> {
  clearTimeout(timer);
  flush = undefined;
  kept = Promise.resolve(false);
  await clear();
}

const REASONS: Readonly<Record<string, string>> = {
  QuotaExceededError: 'its storage is full',
  SecurityError: 'its storage is blocked',
};

function tell(error: unknown): void {
  // IndexedDB may reject with null.
  const { name = '', message = String(error) } = (error ?? {}) as Partial<Error>;
  const why = REASONS[name] ?? message;
  tellOnce(`This browser cannot keep your work (${why}).`);
}

function tellOnce(why: string): void {
  if (told) return;
  told = true;
  say(`${why} Everything works, but save before you close the page.`, true);
}
