import { effect } from '@preact/signals';
import { clear, createStore, promisifyRequest } from 'idb-keyval';
import {
  currentId,
  type GreyWindow,
  greyWindow,
  type Scan,
  say,
  slice,
  structures,
  type Truth,
  truth,
} from '../state/store.ts';
import { hasWork, type Structure } from '../state/structure.ts';

// A scan that is open and all that was done in it stay in this browser's IndexedDB until another is opened or they are cleared.
const [SCAN, WORK, PLACE, TRUTH, OPENED] = ['scan', 'work', 'place', 'truth', 'opened'];
// The place that idb-keyval keeps things in.
const store = createStore('keyval-store', 'keyval');
const LATER = 600;

/** What was done in a scan, and where one was in it. */
export interface KeptWork extends Partial<KeptPlace> {
  /** Of the scan that it belongs to. */
  readonly opening?: string;
  readonly structures: readonly Structure[];
}

/** Kept apart: who turns slices in one tab has done nothing that could take the place of another tab's work. */
interface KeptPlace {
  readonly opening?: string;
  readonly currentId: number;
  readonly slice: number;
  readonly window: GreyWindow;
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** Writes at once what the timer waits with. */
let flush: ((leaving: boolean) => void) | undefined;

/** A scan that is kept, or is about to be. */
interface Keeping {
  /** With another tab's, work would come back over the wrong scan. An older version kept none. */
  readonly opening: string | undefined;
  /** Whether the scan could be kept: work without its scan would be of no use. */
  kept: Promise<boolean>;
  /** Whether it was this scan that lay there when this tab last looked. */
  owned: boolean;
  /** Whether the person knows that this scan is not kept. */
  told: boolean;
  /** What this tab read or wrote last. */
  structures: readonly Structure[] | undefined;
}
let keeping: Keeping | undefined;

/** Keeps a scan that was opened. Where the browser has no room for it, says so and goes on. */
export function keepScan(opened: Scan): void {
  const opening = `${Date.now()} ${Math.random()}`;
  const mine: Keeping = {
    opening,
    kept: Promise.resolve(false),
    owned: false,
    told: false,
    structures: undefined,
  };
  keeping = mine;
  mine.kept = (async () => {
    try {
      // At once: between the two, what is written for the scan before would find nobody's scan.
      await store('readwrite', (all) => {
        all.clear();
        all.put(opened, SCAN);
        all.put(opening, OPENED);
        return promisifyRequest(all.transaction);
      });
      mine.owned = true;
      return true;
    } catch (error) {
      // The scan before would come back in place of the one that the person saw last.
      if (mine === keeping) await clearQuietly();
      tell(mine, error);
      return false;
    }
  })();
}

/** Keeps what is done from now on, a moment after each change. */
export function keepWork(): void {
  effect(() => {
    const done = structures.value;
    const place = { currentId: currentId.value, slice: slice.value, window: greyWindow.value };
    clearTimeout(timer);
    const write = (leaving: boolean) => {
      clearTimeout(timer);
      flush = undefined;
      const opening = keeping?.opening;
      if (keeping && keeping.structures !== done) {
        keeping.structures = done;
        void put(WORK, { structures: done, opening } satisfies KeptWork, leaving);
      }
      void put(PLACE, { ...place, opening } satisfies KeptPlace, leaving);
    };
    timer = setTimeout(write, LATER, false);
    flush = write;
  });
  effect(() => void put(TRUTH, truth.value));
  // Who leaves the page does not wait.
  window.addEventListener('pagehide', () => flush?.(true));
  document.addEventListener('visibilitychange', () => document.hidden && flush?.(false));
  window.addEventListener('beforeunload', (event) => {
    if (keeping?.told && structures.value.some(hasWork)) event.preventDefault();
  });
}

/**
 * Writes what belongs to the scan that is kept now, where that is still this tab's.
 * @param leaving - the page ends before it could be told whose it is
 */
async function put(key: string, value: unknown, leaving = false): Promise<void> {
  // Taken before anything is waited for: another scan may be in its place then, and this is not that one's.
  const mine = keeping;
  if (mine === undefined) return;
  try {
    if (!(await mine.kept)) return;
    await store('readwrite', async (all) => {
      if (leaving && mine.owned) {
        all.put(value, key);
        all.transaction.commit();
        return;
      }
      const owner: unknown = await promisifyRequest(all.get(OPENED));
      mine.owned = owner === mine.opening;
      if (mine.owned) {
        all.put(value, key);
        // Not the request alone: what has no room is refused when all of it is written.
        await promisifyRequest(all.transaction);
      } else if (owner === undefined) tellOnce(mine, 'This browser has cleared what it kept of this scan.');
      else tellOnce(mine, 'Another tab of this browser keeps a scan in place of this one.');
    });
  } catch (error) {
    tell(mine, error);
  }
}

/** What was kept last time. */
export interface Kept {
  readonly scan: Scan;
  readonly truth: Truth | undefined;
  /** `undefined` where there is none, or another tab left it behind. */
  readonly work: KeptWork | undefined;
  readonly opening: string | undefined;
}

/** Reads the scan and the work of last time; `undefined` where nothing was kept. */
export async function readKept(): Promise<Kept | undefined> {
  // At once, so that all of it is of one scan, whatever another tab opens meanwhile.
  const [read, work, place, given, opening] = await store('readonly', (all) =>
    Promise.all([
      promisifyRequest<Scan | undefined>(all.get(SCAN)),
      promisifyRequest<KeptWork | undefined>(all.get(WORK)),
      promisifyRequest<KeptPlace | undefined>(all.get(PLACE)),
      promisifyRequest<Truth | undefined>(all.get(TRUTH)),
      promisifyRequest<string | undefined>(all.get(OPENED)),
    ]),
  );
  if (read === undefined) return undefined;
  const found = { scan: read, truth: given, opening };
  if (work === undefined || work.opening !== opening) return { ...found, work: undefined };
  // An older version kept the place with the work.
  return { ...found, work: { ...work, ...(place?.opening === opening ? place : {}) } };
}

/**
 * Goes on keeping what was read: its scan lies there already.
 * @param structures - as they were read
 */
export function keepOn({ opening }: Kept, structures: readonly Structure[]): void {
  keeping = { opening, kept: Promise.resolve(true), owned: true, told: false, structures };
}

/** Clears what was kept. */
export async function forget(): Promise<void> {
  clearTimeout(timer);
  flush = undefined;
  keeping = undefined;
  await clear();
}

// It throws at once where the storage is blocked.
async function clearQuietly(): Promise<void> {
  try {
    await clear();
  } catch {
    // The reason is told by who wanted to write.
  }
}

const REASONS: Readonly<Record<string, string>> = {
  QuotaExceededError: 'its storage is full',
  SecurityError: 'its storage is blocked',
};

function tell(mine: Keeping, error: unknown): void {
  // IndexedDB may reject with null.
  const { name = '', message = String(error) } = (error ?? {}) as Partial<Error>;
  const why = REASONS[name] ?? message;
  tellOnce(mine, `This browser cannot keep your work (${why}).`);
}

/** Once a scan, and not of one that is open no more. */
function tellOnce(mine: Keeping, why: string): void {
  if (mine.told || mine !== keeping) return;
  mine.told = true;
  say(`${why} Everything works, but save before you close the page.`, true);
}
