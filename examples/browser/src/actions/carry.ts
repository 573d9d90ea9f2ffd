import { raster } from '@clickseg/raster';
import { type PropagateOptions, type PropagationStep, propagate } from '@clickseg/runtime/volume';
import { freeMask } from '../engine/free-mask.ts';
import { slicesOf } from '../engine/predict.ts';
import { forgetStep, remember } from '../state/history.ts';
import { lockedMasks } from '../state/locks.ts';
import { wholeMask } from '../state/mask-box.ts';
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
import { nextEdit, type Structure } from '../state/structure.ts';
import { type OwnTask, runTask, task } from '../state/task.ts';
import { go } from './view.ts';

/** Whether the current mask can be carried to other slices. */
export const canCarry = (): boolean =>
  depth.value > 1 && currentWork.value.mask.pixels > 0 && !current.value?.locked && task.value === undefined;

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

/** How far a carrying has come. */
interface Way {
  kept: number;
  /** Slices with clicks of their own. */
  own: number;
  readonly ends: { readonly why: Ending; readonly at: number }[];
  /** Why its structure takes nothing more. */
  gone?: string;
}
type Ending = NonNullable<PropagationStep['stopped']>;

async function carry(options: PropagateOptions): Promise<number> {
  const open = scan.value;
  const structure = current.value;
  const from = slice.value;
  if (open === undefined || structure === undefined || !canCarry()) return 0;
  const way: Way = { kept: 0, own: 0, ends: [] };
  const kept = await runTask(
    `Carrying ${structure.name}`,
    (own) => carryFrom(open, structure, from, options, way, own),
    {
      stopped: () =>
        way.kept > 0 ? carriedTo(structure, way, 'stopped') : `Carrying ${structure.name}: stopped.`,
    },
  );
  return kept ?? 0;
}

async function carryFrom(
  open: Scan,
  structure: Structure,
  from: number,
  options: PropagateOptions,
  way: Way,
  { signal, report }: OwnTask,
): Promise<number> {
  const { mask } = currentWork.value;
  const step = remember();
  try {
    const slices = await slicesOf(open);
    const whole = raster(wholeMask(mask, sliceShape.value), sliceShape.value);
    for await (const each of propagate(slices, from, whole, { ...options, signal })) {
      if (signal.aborted) break;
      way.gone = whyGone(structure);
      if (way.gone !== undefined) break;
      report(each.done, each.total);
      if (each.stopped) way.ends.push({ why: each.stopped, at: each.index + 1 });
      if (!each.kept) continue;
      const old = workOf(structure.id, each.index);
      // What a person corrected by hand stays.
      if (old.source === 'clicks' && old.clicks.length > 0) {
        way.own++;
        continue;
      }
      replaceWork(structure.id, each.index, {
        clicks: each.json.clicks,
        mask: freeMask(each.prediction, lockedMasks(structure.id, each.index)),
        answered: true,
        source: 'carried',
        edit: nextEdit(),
      });
      way.kept++;
    }
  } finally {
    if (way.kept === 0) forgetStep(step);
  }
  // Stopped, it was said at once, and what is shown by now may be another's.
  if (!signal.aborted) say(carriedTo(structure, way, way.gone ?? endings(way.ends)));
  return way.kept;
}

/** Why a structure takes nothing more. */
function whyGone(structure: Structure): string | undefined {
  const now = asItIsNow(structure);
  if (now === undefined) return 'it was deleted meanwhile';
  return now.locked ? 'it was locked meanwhile' : undefined;
}

function carriedTo({ name }: Structure, { kept, own }: Way, why: string): string {
  const to = kept === 0 ? 'not carried' : `carried to ${kept} slice${kept === 1 ? '' : 's'}`;
  const left = own > 0 ? `; ${own} with own clicks left alone` : '';
  return `${name} ${to}${left} (${why}).`;
}

/** Why it went no further, each reason once: through the scan there are two ends. */
function endings(ends: Way['ends']): string {
  const told = new Map<Ending, number[]>();
  for (const { why, at } of ends) told.set(why, [...(told.get(why) ?? []), at]);
  return [...told].map(([why, at]) => ending(why, at)).join(', ');
}

function ending(why: Ending, at: readonly number[]): string {
  const slices = `slice${at.length === 1 ? '' : 's'} ${[...at].sort((a, b) => a - b).join(' and ')}`;
  if (why === 'edge') return at.length === 1 ? `to the scan’s end at ${slices}` : 'to both ends of the scan';
  if (why === 'empty') return `nothing found on ${slices}`;
  return why === 'changed' ? `the mask changed too much on ${slices}` : `up to ${slices}`;
}
