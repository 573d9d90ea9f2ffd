import type { PlacedClick } from '@clickseg/guidance';
import { answer, answered } from '../engine/answer.ts';
import { clicksFor } from '../engine/predict.ts';
import { beginDrag } from '../engine/rate.ts';
import { remember, stepBack, stepForward } from '../state/history.ts';
import { NOTHING } from '../state/mask-box.ts';
import {
  attempt,
  current,
  currentWork,
  heat,
  replaceWork,
  say,
  scan,
  selectedClick,
  slice,
  sliceShape,
  structures,
  task,
  workOf,
} from '../state/store.ts';
import { nextEdit, type SliceWork, type Structure } from '../state/structure.ts';
import { addStructure } from './structures.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The structure that may be edited now; one is made where there is none. */
function editable(): Structure | undefined {
  if (scan.value === undefined) return undefined;
  if (current.value === undefined) addStructure();
  const structure = current.value;
  if (structure?.locked) {
    say(`${structure.name} is locked. Unlock it (L) to edit it, or choose another structure.`, true);
    return undefined;
  }
  return structure;
}

function change(structure: Structure, at: number, clicks: readonly PlacedClick[], edit = nextEdit()): void {
  const old = workOf(structure.id, at);
  const none = clicks.length === 0;
  const next: SliceWork = none
    ? { clicks, mask: NOTHING, answered: true, source: 'clicks', edit }
    : { ...old, clicks, answered: false, edit };
  replaceWork(structure.id, at, next);
  if (!none) answer(structure.id, at);
}

const inside = ({ x, y }: Point): Point => {
  const [height, width] = sliceShape.value;
  return { x: Math.min(width - 1, Math.max(0, x)), y: Math.min(height - 1, Math.max(0, y)) };
};

/**
 * Adds a click to the current structure on the slice that is shown, and selects it.
 * @returns its id, or `undefined` where none may be added, or the clicks of a loaded mask must be found first
 */
export function addClick(label: PlacedClick['label'], at: Point): number | undefined {
  const structure = editable();
  if (structure === undefined) return undefined;
  const work = currentWork.value;
  if (work.source === 'file' && work.clicks.length === 0 && work.mask.pixels > 0) {
    const where = slice.value;
    attempt(() => adopt(structure, where, () => addTo(structure, where, label, at)));
    return undefined;
  }
  return addTo(structure, slice.value, label, at);
}

function addTo(structure: Structure, where: number, label: PlacedClick['label'], at: Point): number {
  remember();
  beginDrag();
  const { clicks } = workOf(structure.id, where);
  const id = Math.max(0, ...clicks.map((click) => click.id)) + 1;
  change(structure, where, [...clicks, { id, ...inside(at), label }]);
  selectedClick.value = id;
  return id;
}

/** Finds the clicks of a mask that came from a file, so that it can be corrected, and then goes on. */
async function adopt(structure: Structure, at: number, then: () => void): Promise<void> {
  const open = scan.value;
  if (open === undefined || task.value !== undefined) return;
  const work = workOf(structure.id, at);
  const stop = new AbortController();
  const text = 'Finding the clicks of this mask';
  task.value = { text, done: 0, total: 0, stop: () => stop.abort(), pending: true };
  try {
    const clicks = await clicksFor(open, structure.id, at, work.mask, stop.signal);
    if (workOf(structure.id, at) !== work) return;
    remember();
    replaceWork(structure.id, at, { ...work, clicks, edit: nextEdit() });
    then();
  } finally {
    task.value = undefined;
  }
}

/** Begins to move a click: what follows until the next edit is one step of undo. */
export function pickUp(id: number): boolean {
  if (editable() === undefined) return false;
  selectedClick.value = id;
  return true;
}

/**
 * Moves the selected click, which becomes the newest: the others' mask is what it corrects, and stays as it is meanwhile.
 * @param first - whether this begins a drag
 */
export function moveClick(id: number, to: Point, first: boolean): void {
  const structure = editable();
  if (structure === undefined) return;
  const { clicks, edit } = currentWork.value;
  const click = clicks.find((one) => one.id === id);
  if (click === undefined) return;
  if (first) {
    remember();
    beginDrag();
  }
  const moved = withNewest(clicks, { ...click, ...inside(to) });
  change(structure, slice.value, moved, first ? nextEdit() : edit);
}

/** Makes a foreground click of a background one, and the other way round. */
export function turnClick(id: number): void {
  const structure = editable();
  if (structure === undefined) return;
  const { clicks } = currentWork.value;
  const click = clicks.find((one) => one.id === id);
  if (click === undefined) return;
  remember();
  const label = click.label === 'foreground' ? 'background' : 'foreground';
  change(structure, slice.value, withNewest(clicks, { ...click, label }));
}

function withNewest(clicks: readonly PlacedClick[], click: PlacedClick): readonly PlacedClick[] {
  return [...clicks.filter(({ id }) => id !== click.id), click];
}

/** Deletes the selected click, or else the last one. */
export function deleteClick(): void {
  const { clicks } = currentWork.value;
  const id = selectedClick.value ?? clicks.at(-1)?.id;
  const structure = editable();
  if (structure === undefined || !clicks.some((click) => click.id === id)) return;
  remember();
  selectedClick.value = undefined;
  change(
    structure,
    slice.value,
    clicks.filter((click) => click.id !== id),
  );
}

/** Removes all clicks of the current structure on this slice, and a mask that came without any. */
export function clearSlice(): void {
  const { clicks, mask } = currentWork.value;
  const structure = editable();
  if (structure === undefined || (clicks.length === 0 && mask.pixels === 0)) return;
  remember();
  selectedClick.value = undefined;
  change(structure, slice.value, []);
}

/** Selects the next click of this slice, for the keyboard. */
export function selectNext(step: 1 | -1): void {
  // In the order in which they were placed, which a nudge on the way does not change.
  const ids = currentWork.value.clicks.map(({ id }) => id).sort((a, b) => a - b);
  const n = ids.length;
  if (n === 0) return;
  const at = ids.findIndex((id) => id === selectedClick.value);
  selectedClick.value = ids[at < 0 ? (step > 0 ? 0 : n - 1) : (at + step + n) % n];
}

export const undo = (): void => travel(stepBack, 'Nothing to undo.');
export const redo = (): void => travel(stepForward, 'Nothing to redo.');

function travel(step: () => boolean, none: string): void {
  const running = task.value;
  running?.stop?.();
  if (running?.pending) return;
  if (!step()) {
    say(none);
    return;
  }
  selectedClick.value = undefined;
  heat.value = undefined;
  settle();
}

/** Predicts what still waits for an answer on the slice that is shown. */
export function settle(): void {
  for (const { id, slices } of structures.value) {
    if (slices.get(slice.value)?.answered === false) answer(id, slice.value);
  }
}

/** As {@link settle}, for the current structure; resolves when its mask answers to its clicks. */
export const settled = (): Promise<void> =>
  current.value === undefined ? Promise.resolve() : answered(current.value.id, slice.value);
