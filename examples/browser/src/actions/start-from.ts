import type { Volume } from '@clickseg/example-dataset';
import { counted } from '../state/counted.ts';
import { remember } from '../state/history.ts';
import { lockedMasks } from '../state/locks.ts';
import { boxLabels, withoutMasks } from '../state/mask-box.ts';
import { currentId, say, slice, sliceShape, structures, truth } from '../state/store.ts';
import { isBlank, newStructure, nextEdit, type SliceWork } from '../state/structure.ts';
import { type OwnTask, runTask } from '../state/task.ts';
import { type LabelTaken, labelsTaken } from './labels-taken.ts';
import { go } from './view.ts';

type Found = ReadonlyMap<number, Map<number, SliceWork>>;

// Milliseconds for which slices are read in one go: shorter than a frame, so that the page draws and listens in between.
const TURN = 12;

/**
 * Makes a structure of each label. Its masks stay as they are until the person clicks on a slice: then clicks are found
 * that reproduce that slice's mask, and corrected from there.
 *
 * @returns whether it did: it may be stopped, or refused beside other long work
 */
export async function startFrom(
  volume: Pick<Volume, 'data' | 'shape'>,
  labels: readonly number[],
  name: string,
): Promise<boolean> {
  const done = await runTask(
    `Reading ${name}`,
    async (own) => {
      const found = await masksOf(volume, labels, own);
      if (!own.signal.aborted) takeUp(found, name);
      return true;
    },
    {
      pending: () => true,
      refused: `${name}: not opened`,
      stopped: () => `${name}: stopped. Nothing was changed.`,
    },
  );
  return done ?? false;
}

/** The masks of each label, slice by slice; those that were read until that was stopped. */
async function masksOf(
  volume: Pick<Volume, 'data' | 'shape'>,
  labels: readonly number[],
  { signal, report }: OwnTask,
): Promise<Found> {
  const [height, width] = sliceShape.value;
  const found = new Map(labels.map((label) => [label, new Map<number, SliceWork>()]));
  let until = performance.now() + TURN;
  for (let at = 0; at < volume.shape[0] && !signal.aborted; at++) {
    const part = volume.data.subarray(at * height * width, (at + 1) * height * width);
    for (const [label, mask] of boxLabels(part, width)) {
      found.get(label)?.set(at, { clicks: [], mask, answered: true, source: 'file', edit: nextEdit() });
    }
    if (performance.now() < until) continue;
    report(at + 1, volume.shape[0]);
    await new Promise((resolve) => setTimeout(resolve));
    until = performance.now() + TURN;
  }
  return found;
}

/** Puts a structure for each label behind those that are there, as one step. */
function takeUp(found: Found, name: string): void {
  remember();
  let list = structures.value.filter((each) => !isBlank(each));
  const names = new Map(truth.value?.labels.map((label) => [label.value, label.name]));
  const labels: LabelTaken[] = [];
  for (const [label, slices] of found) {
    const made = newStructure(list, names.get(label) ?? `Label ${label}`, label);
    labels.push([label, made.label]);
    // Asked for only now: a structure may have been locked while the file was read.
    for (const [at, work] of slices) {
      const mask = withoutMasks(work.mask, lockedMasks(made.id, at));
      slices.set(at, { ...work, mask });
    }
    list = [...list, { ...made, slices }];
  }
  structures.value = list;
  const first = list.at(-found.size);
  if (first !== undefined) {
    currentId.value = first.id;
    const slices = [...first.slices.keys()];
    if (!slices.includes(slice.value)) go(slices[slices.length >> 1] ?? slice.value);
  }
  const told = `${counted(found.size, 'structure')} from ${name}. Click where one is wrong.`;
  say(`${told} ${labelsTaken(labels)}`.trim());
}
