import type { Volume } from '@clickseg/example-dataset';
import { remember } from '../state/history.ts';
import { lockedMasks } from '../state/locks.ts';
import { boxMask, withoutMasks } from '../state/mask-box.ts';
import { currentId, say, scan, slice, sliceShape, structures, truth } from '../state/store.ts';
import { isBlank, newStructure, nextEdit, type SliceWork } from '../state/structure.ts';
import { type OwnTask, runTask } from '../state/task.ts';
import { busyBeside } from './beside.ts';
import { go } from './view.ts';

/**
 * Makes a structure of each label. Its masks stay as they are until the person clicks on a slice: then clicks are found
 * that reproduce that slice's mask, and corrected from there.
 */
export async function startFrom(
  volume: Pick<Volume, 'data' | 'shape'>,
  labels: readonly number[],
  name: string,
) {
  if (busyBeside(name)) return;
  const open = scan.value;
  const text = `Reading ${name}`;
  const found = await runTask(text, (own) => masksOf(volume, labels, own), { pending: true });
  if (scan.value !== open) return;
  if (found === undefined) return say(`${name}: stopped. Nothing was changed.`);
  takeUp(found, name);
}

/** The masks of each label, slice by slice; undefined where that was stopped. */
async function masksOf(
  volume: Pick<Volume, 'data' | 'shape'>,
  labels: readonly number[],
  { signal, report }: OwnTask,
): Promise<Map<number, Map<number, SliceWork>> | undefined> {
  const [height, width] = sliceShape.value;
  const found = new Map(labels.map((label) => [label, new Map<number, SliceWork>()]));
  for (let at = 0; at < volume.shape[0]; at++) {
    const part = volume.data.subarray(at * height * width, (at + 1) * height * width);
    for (const [label, slices] of found) {
      if (!part.includes(label)) continue;
      const mask = boxMask(
        part.map((value) => (value === label ? 1 : 0)),
        width,
      );
      slices.set(at, { clicks: [], mask, answered: true, source: 'file', edit: nextEdit() });
    }
    report(at + 1, volume.shape[0]);
    // The page draws and listens in between.
    if (at % 8 === 7) await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
  }
  return found;
}

/** Puts a structure for each label behind those that are there, as one step. */
function takeUp(found: ReadonlyMap<number, Map<number, SliceWork>>, name: string): void {
  const shape = sliceShape.value;
  remember();
  let list = structures.value.filter((each) => !isBlank(each));
  const names = new Map(truth.value?.labels.map((label) => [label.value, label.name]));
  const moved: string[] = [];
  for (const [label, slices] of found) {
    const made = newStructure(list, names.get(label) ?? `Label ${label}`, label);
    if (made.label !== label) moved.push(`${label} is ${made.label} here`);
    // Asked for only now: a structure may have been locked while the file was read.
    for (const [at, work] of slices) {
      const mask = withoutMasks(work.mask, lockedMasks(made.id, at), shape);
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
  const taken = moved.length > 0 ? ` Labels that were taken: ${moved.join(', ')}.` : '';
  say(
    `${found.size} structure${found.size === 1 ? '' : 's'} from ${name}. Click where one is wrong.${taken}`,
  );
}
