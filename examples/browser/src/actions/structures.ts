import { answer } from '../engine/answer.ts';
import { remember } from '../state/history.ts';
import { takePixels } from '../state/locks.ts';
import {
  current,
  currentId,
  heat,
  replaceStructure,
  say,
  selectedClick,
  slice,
  structures,
} from '../state/store.ts';
import { newStructure, nextEdit, type SliceWork, type Structure } from '../state/structure.ts';

export function addStructure(): void {
  remember();
  const added = newStructure(structures.value);
  structures.value = [...structures.value, added];
  chooseStructure(added.id);
  say(`${added.name} added.`);
}

export function chooseStructure(id: number): void {
  const chosen = structures.value.find((each) => each.id === id);
  if (chosen && id !== currentId.value) say(`${chosen.name} chosen.`);
  currentId.value = id;
  selectedClick.value = undefined;
  heat.value = undefined;
}

/** Chooses the structure after or before the current one. */
export function stepStructure(step: 1 | -1): void {
  const list = structures.value;
  const at = list.findIndex(({ id }) => id === currentId.value);
  const next = list[(at + step + list.length) % list.length];
  if (next) chooseStructure(next.id);
}

export function deleteStructure(id: number): void {
  const doomed = structures.value.find((each) => each.id === id);
  if (doomed?.locked) {
    say(`${doomed.name} is locked. Unlock it to delete it.`, true);
    return;
  }
  remember();
  const at = structures.value.findIndex((each) => each.id === id);
  const rest = structures.value.filter((each) => each.id !== id);
  structures.value = rest.length > 0 ? rest : [newStructure([])];
  if (currentId.value === id) chooseStructure((structures.value[Math.max(0, at - 1)] as Structure).id);
  if (doomed) say(`${doomed.name} deleted.`);
}

/** Looks: no step of undo. */
export function look(
  id: number,
  looks: Partial<Pick<Structure, 'name' | 'color' | 'visible' | 'truth'>>,
): void {
  replaceStructure(id, (old) => ({ ...old, ...looks }));
}

/** Shows or hides a structure; default the current one. */
export function toggleVisible(structure = current.value): void {
  if (structure === undefined) return;
  const { id, name, visible } = structure;
  look(id, { visible: !visible });
  say(`${name} ${visible ? 'hidden' : 'shown'}.`);
}

/**
 * Locks a structure: its pixels are taken from the others, on every slice, and no later prediction gives them back.
 * Unlocked, the others are predicted anew where it took pixels: on the slice that is shown, elsewhere once that is shown or saved.
 */
export function setLocked(id: number, locked: boolean): void {
  const meant = structures.value.find((each) => each.id === id);
  if (meant === undefined) return;
  remember();
  replaceStructure(id, (old) => ({ ...old, locked }));
  say(`${meant.name} ${locked ? 'locked' : 'unlocked'}.`);
  if (locked) takePixels(id);
  else release(id);
}

function release(id: number): void {
  const lock = structures.value.find((each) => each.id === id)?.slices ?? new Map<number, SliceWork>();
  for (const other of structures.value) {
    if (other.id === id || other.locked) continue;
    const cut = [...other.slices].filter(
      ([at, { clicks }]) => clicks.length > 0 && lock.get(at)?.mask.pixels,
    );
    replaceStructure(other.id, (old) => ({
      ...old,
      slices: new Map([
        ...old.slices,
        ...cut.map(([at, work]) => [at, { ...work, answered: false, edit: nextEdit() }] as const),
      ]),
    }));
    if (cut.some(([at]) => at === slice.value)) answer(other.id, slice.value);
  }
}
