import type { PlacedClick } from '@clickseg/guidance';
import { answer, answered } from '../engine/answer.ts';
import { clicksFor } from '../engine/predict.ts';
import { beginDrag } from '../engine/rate.ts';
import { remember, stepBack, stepForward } from '../state/history.ts';
import { NOTHING } from '../state/mask-box.ts';
import type { Point } from '../state/point.ts';
import {
  asItIsNow,
  attempt,
  current,
  currentWork,
  depth,
  heat,
  replaceWork,
  say,
  scan,
  selectedClick,
  slice,
  sliceShape,
  structures,
  workOf,
} from '../state/store.ts';
import { nextEdit, type SliceWork, type Structure } from '../state/structure.ts';
import { type OwnTask, runTask, task } from '../state/task.ts';
import { addStructure } from './structures.ts';

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
    : {
        ...old,
        clicks,
        given: givenOf(old, clicks),
        answered: false,
        // A person corrects it: it is a carried one no more.
        source: old.source === 'carried' ? 'clicks' : old.source,
        edit,
      };
  replaceWork(structure.id, at, next);
  if (!none) answer(structure.id, at);
}

/** Which of the clicks nobody placed: a deleted one's id may be another's later. */
const givenOf = ({ given }: SliceWork, clicks: readonly PlacedClick[]): SliceWork['given'] =>
  given?.filter((id) => clicks.some((click) => click.id === id));

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
    addOnceFound(structure, slice.value, { label, at });
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
  // What waited for a loaded mask's clicks may be added where nobody looks any more.
  if (current.value?.made === structure.made && slice.value === where) selectedClick.value = id;
  return id;
}

interface NewClick {
  readonly label: PlacedClick['label'];
  readonly at: Point;
}

/** The loaded mask whose clicks are being found, and what was clicked on it meanwhile. */
let finding:
  | { readonly made: number; readonly at: number; readonly added: NewClick[]; readonly signal: AbortSignal }
  | undefined;

/** Adds a click to a loaded mask once that mask's own are found; those that are placed meanwhile come behind it. */
function addOnceFound(structure: Structure, at: number, click: NewClick): void {
  if (finding?.made === structure.made && finding.at === at && !finding.signal.aborted) {
    finding.added.push(click);
    return;
  }
  attempt(() =>
    runTask('Finding the clicks of this mask', (own) => adopt(structure, at, [click], own), {
      pending: () => true,
      refused: 'Click: not placed',
      stopped: () => 'Stopped: no click was placed.',
    }),
  );
}

/** Finds the clicks of a mask that came from a file, so that it can be corrected, and then adds the person's. */
async function adopt(
  structure: Structure,
  at: number,
  added: NewClick[],
  { signal }: OwnTask,
): Promise<void> {
  const open = scan.value;
  if (open === undefined) return;
  const work = workOf(structure.id, at);
  const own = { made: structure.made, at, added, signal };
  finding = own;
  try {
    const clicks = await clicksFor(open, structure.id, at, work.mask, signal);
    if (signal.aborted || !stillTakes(structure, at, work)) return;
    remember();
    replaceWork(structure.id, at, { ...work, clicks, given: clicks.map(({ id }) => id), edit: nextEdit() });
    for (const each of added) addTo(structure, at, each.label, each.at);
  } finally {
    // Another's, begun meanwhile, stays.
    if (finding === own) finding = undefined;
  }
}

/** Whether a loaded mask is still what clicks were sought for; says so where that took a person's click away. */
function stillTakes(structure: Structure, at: number, work: SliceWork): boolean {
  const now = asItIsNow(structure);
  if (now === undefined) return false;
  if (!now.locked && now.slices.get(at) === work) return true;
  const why = now.locked ? 'was locked' : 'changed';
  say(
    `${structure.name} ${why} while its clicks were found: what was clicked on slice ${at + 1} was not added.`,
    true,
  );
  return false;
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
  say('Click deleted.');
}

/** Removes all clicks of the current structure on this slice, and a mask that came without any. */
export function clearSlice(): void {
  const { clicks, mask } = currentWork.value;
  const structure = editable();
  if (structure === undefined || (clicks.length === 0 && mask.pixels === 0)) return;
  remember();
  selectedClick.value = undefined;
  change(structure, slice.value, []);
  say('Slice cleared.');
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

/** Takes the last edit back, or stops long work that has changed nothing yet. */
export function undo(): void {
  const running = task.value;
  const nothingYet = running?.pending();
  running?.stop();
  if (!nothingYet) travel(stepBack, 'Undone', 'Nothing to undo.');
}

export function redo(): void {
  // It would write on into what is brought back.
  if (!task.value?.pending()) task.value?.stop();
  travel(stepForward, 'Redone', 'Nothing to redo.');
}

function travel(step: () => boolean, done: string, none: string): void {
  if (!step()) {
    say(none);
    return;
  }
  selectedClick.value = undefined;
  heat.value = undefined;
  say(depth.value > 1 ? `${done}: slice ${slice.value + 1}.` : `${done}.`);
  settle();
}

/** What waits for an answer on one slice, or on all of them; the one that is shown comes first. */
function unanswered(at?: number): { readonly id: number; readonly at: number }[] {
  return structures.value
    .flatMap(({ id, slices }) => [...slices].map(([where, { answered }]) => ({ id, at: where, answered })))
    .filter((each) => !each.answered && (at === undefined || each.at === at))
    .sort((one, other) => Number(other.at === slice.value) - Number(one.at === slice.value));
}

/**
 * Predicts what still waits for an answer.
 * @param at - on that slice alone; without, on all: what is undone may leave a slice waiting that is not shown
 */
export function settle(at?: number): void {
  for (const each of unanswered(at)) answer(each.id, each.at);
}

/** As {@link settle}, everywhere; resolves once it is done, to how many predictions failed. */
export async function settledEverywhere(): Promise<number> {
  const all = await Promise.allSettled(unanswered().map(({ id, at }) => answered(id, at)));
  return all.filter(({ status }) => status === 'rejected').length;
}

/** As {@link settle}, for the current structure on the slice that is shown; resolves when its mask answers to its clicks. */
export const settled = (): Promise<void> =>
  current.value === undefined ? Promise.resolve() : answered(current.value.id, slice.value);
