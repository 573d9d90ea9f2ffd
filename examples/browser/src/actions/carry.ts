import { raster } from '@clickseg/raster';
import { type PropagateOptions, propagate } from '@clickseg/runtime/volume';
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

async function carry(options: PropagateOptions): Promise<number> {
  const open = scan.value;
  const structure = current.value;
  const from = slice.value;
  if (open === undefined || structure === undefined || !canCarry()) return 0;
  return runTask(`Carrying ${structure.name}`, (own) => carryFrom(open, structure, from, options, own));
}

async function carryFrom(
  open: Scan,
  structure: Structure,
  from: number,
  options: PropagateOptions,
  { signal, report }: OwnTask,
): Promise<number> {
  const { mask } = currentWork.value;
  const step = remember();
  let [kept, own] = [0, 0];
  const ends: string[] = [];
  try {
    const slices = await slicesOf(open);
    const whole = raster(wholeMask(mask, sliceShape.value), sliceShape.value);
    for await (const each of propagate(slices, from, whole, { ...options, signal })) {
      if (signal.aborted) break;
      const gone = whyGone(structure);
      if (gone !== undefined) {
        ends.push(gone);
        break;
      }
      report(each.done, each.total);
      if (each.stopped) ends.push(ending(each.stopped, each.index));
      if (!each.kept) continue;
      const old = workOf(structure.id, each.index);
      // What a person corrected by hand stays.
      if (old.source === 'clicks' && old.clicks.length > 0) {
        own++;
        continue;
      }
      replaceWork(structure.id, each.index, {
        clicks: each.json.clicks,
        mask: freeMask(each.prediction, lockedMasks(structure.id, each.index)),
        answered: true,
        source: 'carried',
        edit: nextEdit(),
      });
      kept++;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    // Over another scan there is nothing to tell, and no step to forget.
    if (scan.value === open) {
      if (kept === 0) forgetStep(step);
      const by = own > 0 ? `; ${own} with clicks of their own were left as they were` : '';
      const why = signal.aborted ? 'stopped' : ends.join(', ');
      say(`${structure.name} carried to ${kept} slice${kept === 1 ? '' : 's'}${by} (${why}).`);
    }
  }
  return kept;
}

/** Why a structure takes nothing more. */
function whyGone(structure: Structure): string | undefined {
  const now = asItIsNow(structure);
  if (now === undefined) return 'it was deleted meanwhile';
  return now.locked ? 'it was locked meanwhile' : undefined;
}

function ending(stopped: 'edge' | 'empty' | 'changed' | 'limit', index: number): string {
  const at = `slice ${index + 1}`;
  if (stopped === 'edge') return `to the scan’s end at ${at}`;
  if (stopped === 'empty') return `nothing found on ${at}`;
  return stopped === 'changed' ? `the mask changed too much on ${at}` : `up to ${at}`;
}
