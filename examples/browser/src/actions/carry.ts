import { isClicksegError, raster } from '@clickseg/raster';
import { type PropagateOptions, type PropagationStep, propagate } from '@clickseg/runtime/volume';
import { answered } from '../engine/answer.ts';
import { freeMask } from '../engine/free-mask.ts';
import { slicesOf } from '../engine/predict.ts';
import { counted } from '../state/counted.ts';
import { remember, type Step, writeBeside } from '../state/history.ts';
import { lockedMasks } from '../state/locks.ts';
import { type MaskBox, wholeMask } from '../state/mask-box.ts';
import {
  asItIsNow,
  current,
  currentWork,
  depth,
  replaceWork,
  type Scan,
  say,
  scan,
  slice,
  sliceShape,
  workOf,
} from '../state/store.ts';
import { nextEdit, type SliceWork, type Structure } from '../state/structure.ts';
import { type OwnTask, runTask, task } from '../state/task.ts';
import { go } from './view.ts';

/** Whether there is a mask that can be carried to other slices. */
const isCarriable = (): boolean =>
  depth.value > 1 &&
  // One that is still to be answered is waited for.
  (currentWork.value.mask.pixels > 0 || !currentWork.value.answered) &&
  !current.value?.locked;

/** Whether the current mask can be carried to other slices now. */
export const canCarry = (): boolean => isCarriable() && task.value === undefined;

/** Carries the mask to one neighbouring slice, and shows that. */
export async function carryNext(step: 1 | -1): Promise<void> {
  const from = slice.value;
  const kept = await carry({ direction: step > 0 ? 'forward' : 'backward', slices: 1 });
  if (kept > 0) go(from + step);
}

/** Carries the mask through the scan, both ways, until it ends. */
export async function carryThrough(): Promise<void> {
  await carry({ direction: 'both' });
}

/** What a carrying has done so far. */
interface Carried {
  kept: number;
  /** Slices with clicks of their own, which stay as they are. */
  own: number;
}
type Ending = NonNullable<PropagationStep['stopped']>;
type Ends = readonly { readonly why: Ending; readonly at: number }[];

async function carry(options: PropagateOptions): Promise<number> {
  const open = scan.value;
  const structure = current.value;
  const from = slice.value;
  if (open === undefined || structure === undefined || !isCarriable()) return 0;
  const carried: Carried = { kept: 0, own: 0 };
  const text = `Carrying ${structure.name}`;
  await runTask(text, (own) => carryFrom(open, structure, from, options, carried, own), {
    pending: () => carried.kept === 0,
    refused: `${structure.name}: not carried`,
    stopped: () => (carried.kept > 0 ? carriedTo(structure, carried, 'stopped') : `${text}: stopped.`),
  });
  return carried.kept;
}

async function carryFrom(
  open: Scan,
  structure: Structure,
  from: number,
  options: PropagateOptions,
  carried: Carried,
  { signal, report }: OwnTask,
): Promise<void> {
  // A click that has just been placed is not in the mask yet.
  await answered(structure.id, from);
  if (signal.aborted) return;
  const { mask } = workOf(structure.id, from);
  const ends: { why: Ending; at: number }[] = [];
  let gone =
    whyGone(structure) ?? (mask.pixels === 0 ? `nothing is outlined on slice ${from + 1}` : undefined);
  let began: Step | undefined;
  try {
    const steps = gone === undefined ? await stepsOf(open, from, mask, { ...options, signal }) : [];
    for await (const each of steps) {
      if (signal.aborted) break;
      gone = whyGone(structure);
      if (gone !== undefined) break;
      report(each.done, each.total);
      if (each.stopped) ends.push({ why: each.stopped, at: each.index + 1 });
      if (!each.kept) continue;
      const old = asItIsNow(structure)?.slices.get(each.index);
      // What a person corrected by hand stays.
      if (old?.source === 'clicks' && old.clicks.length > 0) {
        carried.own++;
        continue;
      }
      // One step for all of it, and none for a carrying that comes nowhere.
      began ??= remember({ id: structure.id, slice: from });
      const work: SliceWork = {
        clicks: each.json.clicks,
        given: each.json.clicks.map(({ id }) => id),
        mask: freeMask(each.prediction, lockedMasks(structure.id, each.index)),
        answered: true,
        source: 'carried',
        edit: nextEdit(),
      };
      replaceWork(structure.id, each.index, work);
      writeBeside(began, structure.made, each.index, old, work);
      carried.kept++;
    }
  } catch (error) {
    // With another model the one that carried is let go.
    if (!isClicksegError(error, 'disposed')) throw error;
    gone = 'what computes was changed meanwhile';
  }
  // Stopped, it was said at once, and what is shown by now may be another's.
  if (!signal.aborted) say(carriedTo(structure, carried, gone ?? endings(ends)));
}

async function stepsOf(open: Scan, from: number, mask: MaskBox, options: PropagateOptions) {
  const whole = raster(wholeMask(mask, sliceShape.value), sliceShape.value);
  return propagate(await slicesOf(open), from, whole, options);
}

/** Why a structure takes nothing more. */
function whyGone(structure: Structure): string | undefined {
  const now = asItIsNow(structure);
  if (now === undefined) return 'it was deleted meanwhile';
  return now.locked ? 'it was locked meanwhile' : undefined;
}

function carriedTo({ name }: Structure, { kept, own }: Carried, why: string): string {
  const to = kept === 0 ? 'not carried' : `carried to ${counted(kept, 'slice')}`;
  const left = own > 0 ? `; ${counted(own, 'slice')} with clicks of their own left alone` : '';
  return `${name} ${to}${left} (${why}).`;
}

/** Why it went no further, each reason once: through the scan there are two ends. */
function endings(ends: Ends): string {
  const told = new Map<Ending, number[]>();
  for (const { why, at } of ends) told.set(why, [...(told.get(why) ?? []), at]);
  return [...told].map(([why, at]) => ending(why, at)).join(', ');
}

function ending(why: Ending, at: readonly number[]): string {
  const where = `slice${at.length === 1 ? '' : 's'} ${[...at].sort((a, b) => a - b).join(' and ')}`;
  if (why === 'edge') return at.length === 1 ? `to the scan’s end at ${where}` : 'to both ends of the scan';
  if (why === 'empty') return `nothing found on ${where}`;
  return why === 'changed' ? `the mask changed too much on ${where}` : `up to ${where}`;
}
