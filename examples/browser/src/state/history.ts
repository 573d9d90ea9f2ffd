import { signal } from '@preact/signals';
import { currentId, slice, structures } from './store.ts';
import type { SliceWork, Structure } from './structure.ts';

/** What was before an edit. */
export interface Step {
  readonly structures: readonly Structure[];
  /** Where the edit was made, which is shown when it is taken back. */
  readonly at: { readonly id: number; readonly slice: number };
}

// Structures are never changed, so a step is a few references, however large the scan.
const past = signal<readonly Step[]>([]);
const future = signal<readonly Step[]>([]);
const MOST = 500;

export const canUndo = (): boolean => past.value.length > 0;
export const canRedo = (): boolean => future.value.length > 0;

const now = (at?: Step['at']): Step => ({
  structures: structures.value,
  at: at ?? { id: currentId.value, slice: slice.value },
});

/** What a gesture that may turn out to be none would bring back. */
let moment: Step | undefined;
/** How many steps were kept, ever. */
let kept = 0;

/** Keeps what is, before an edit. @param at - where that is made; default what is shown */
export function remember(at?: Step['at']): Step {
  const step = now(at);
  past.value = [...past.value.slice(-MOST + 1), step];
  future.value = [];
  kept++;
  return step;
}

/**
 * Writes one slice of work that goes on beside a person's edits into what these would bring back too: to undo one of them takes
 * back nothing else.
 *
 * @param began - the step that takes the whole work back
 * @param before - what it replaces; where an edit has left something else there, that edit's step stays
 */
export function writeBeside(
  began: Step,
  made: number,
  at: number,
  before: SliceWork | undefined,
  work: SliceWork,
): void {
  const write = (step: Step): Step => ({
    ...step,
    structures: step.structures.map((each) =>
      each.made === made && each.slices.get(at) === before
        ? { ...each, slices: new Map(each.slices).set(at, work) }
        : each,
    ),
  });
  if (moment) moment = write(moment);
  const first = past.value.indexOf(began);
  if (first < 0 || first === past.value.length - 1) return;
  past.value = past.value.map((step, i) => (i > first ? write(step) : step));
}

/** Keeps what is and all steps. @returns what brings it back as if nothing had been done since */
export function keepMoment(): () => void {
  const [then, ahead] = [kept, future.value];
  moment = now();
  return () => {
    past.value = past.value.slice(0, past.value.length - (kept - then));
    future.value = ahead;
    if (moment) restore(moment);
  };
}

/** Begins anew, with another scan. */
export function clearHistory(): void {
  past.value = [];
  future.value = [];
  moment = undefined;
}

/** Brings back what was before the last edit, bit for bit; false where there is none. */
export const stepBack = (): boolean => move(past, future);

/** Brings back what {@link stepBack} took; false where there is nothing. */
export const stepForward = (): boolean => move(future, past);

/** Takes the last step of one list, and leaves what is now at the end of the other. */
function move(from: typeof past, to: typeof past): boolean {
  const step = from.value.at(-1);
  if (step === undefined) return false;
  from.value = from.value.slice(0, -1);
  to.value = [...to.value, now(step.at)];
  restore(step);
  return true;
}

// Names, colours and visibility are looks, no edits: they stay as they are.
function restore(step: Step): void {
  const looks = new Map(structures.value.map((each) => [each.id, each]));
  structures.value = step.structures.map((each) => {
    const now = looks.get(each.id);
    const { name, color, visible, truth } = now?.made === each.made ? now : each;
    return { ...each, name, color, visible, truth };
  });
  if (structures.value.some(({ id }) => id === step.at.id)) currentId.value = step.at.id;
  slice.value = step.at.slice;
}
