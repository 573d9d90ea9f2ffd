import { batch, effect } from '@preact/signals';
import { clear, get, set } from 'idb-keyval';
import { firstWindow } from '../actions/view.ts';
import { currentId, greyWindow, type Scan, say, scan, slice, structures, truth } from '../state/store.ts';
import { newStructure, nextEdit, type Structure } from '../state/structure.ts';

// A scan that is open and all that was done in it stay in this browser's IndexedDB until they are cleared.
const [SCAN, WORK, TRUTH] = ['scan', 'work', 'truth'];
const LATER = 600;

interface KeptWork {
  readonly structures: readonly Structure[];
  readonly currentId: number;
  readonly slice: number;
  readonly window: { readonly low: number; readonly high: number };
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** Whether the person knows that this scan is not kept. */
let told = false;
/** Whether the scan could be kept: work without its scan would be of no use. */
let kept: Promise<boolean> = Promise.resolve(false);

/** Keeps a scan that was opened. Where the browser has no room for it, says so and goes on. */
export function keepScan(opened: Scan): void {
  // Once a scan: what was said of the one before has made way for this one's own message.
  told = false;
  kept = (async () => {
    try {
      await clear();
      await set(SCAN, opened);
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
    timer = setTimeout(async () => {
      if (!(await kept)) return;
      await set(WORK, work).catch(tell);
    }, LATER);
  });
  effect(() => {
    const given = truth.value;
    void kept.then((has) => (has ? set(TRUTH, given) : undefined)).catch(tell);
  });
}

/** Brings back the scan and the work of last time; false where nothing was kept, or it cannot be read. */
export async function recall(): Promise<boolean> {
  try {
    const opened = await get<Scan>(SCAN);
    if (opened === undefined) return false;
    const [work, given] = await Promise.all([get<KeptWork>(WORK), get<typeof truth.value>(TRUTH)]);
    // Numbers of edits begin anew with the page.
    const fresh = work?.structures.map((structure, i) => ({
      ...structure,
      // What an older version kept has none, and was numbered by its place.
      label: structure.label ?? i + 1,
      slices: new Map([...structure.slices].map(([at, done]) => [at, { ...done, edit: nextEdit() }])),
    }));
    kept = Promise.resolve(true);
    batch(() => {
      scan.value = opened;
      structures.value = fresh ?? [newStructure([])];
      currentId.value = work?.currentId ?? 1;
      slice.value = work?.slice ?? Math.floor(opened.volume.shape[0] / 2);
      greyWindow.value = work?.window ?? firstWindow(opened);
      truth.value = given;
    });
    return true;
  } catch {
    return false;
  }
}

/** Clears what was kept. */
export async function forget(): Promise<void> {
  clearTimeout(timer);
  kept = Promise.resolve(false);
  await clear();
}

function tell(error: unknown): void {
  if (told) return;
  told = true;
  const full = (error as Error)?.name === 'QuotaExceededError';
  const why = full ? 'its storage is full' : String((error as Error)?.message ?? error);
  say(
    `This browser cannot keep your work (${why}). Everything works, but save before you close the page.`,
    true,
  );
}
