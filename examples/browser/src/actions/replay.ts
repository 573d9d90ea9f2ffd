import type { InteractionJson } from '@clickseg/runtime';
import { answered } from '../engine/answer.ts';
import { freeMask } from '../engine/free-mask.ts';
import { segmenter } from '../engine/model.ts';
import { replay } from '../engine/predict.ts';
import { remember } from '../state/history.ts';
import { masksOn } from '../state/locks.ts';
import { type MaskBox, NOTHING } from '../state/mask-box.ts';
import {
  currentId,
  depth,
  replaceStructure,
  replaceWork,
  type Scan,
  say,
  scan,
  slice,
  structures,
  task,
} from '../state/store.ts';
import { hasWork, newStructure, nextEdit, placed } from '../state/structure.ts';
import { type ClicksFile, parseClicks } from './clicks-file.ts';
import { go } from './view.ts';

/**
 * Replays clicks that were saved, slice by slice, to the same masks. `examples/segment`'s files are taken too: their
 * clicks go to the slice that is shown.
 * @throws ClicksegError `invalid-file`, `shape-mismatch`
 */
export async function replayClicks(text: string, name: string): Promise<void> {
  const open = scan.value;
  if (open === undefined) return;
  const file = parseClicks(text, name, depth.value);
  const { metadata } = await segmenter();
  if (scan.value !== open) return;
  const model = { name: metadata.name, version: metadata.version };
  const stop = new AbortController();
  const total = file.structures.reduce((sum, { slices }) => sum + slices.length, 0);
  let done = 0;
  remember();
  const locks = structures.value.filter((each) => each.locked);
  structures.value = structures.value.filter(hasWork);
  const first = Math.max(0, ...structures.value.map(({ id }) => id)) + 1;
  try {
    for (const { name: title, label, color, locked, slices, clicks } of file.structures) {
      const made = newStructure(structures.value, title, label);
      structures.value = [...structures.value, { ...made, color: color ?? made.color }];
      for (const { slice: at, ...json } of slices) {
        task.value = { text: `Replaying ${title}`, done: done++, total, stop: () => stop.abort() };
        await replaySlice(open, made.id, at, { ...json, model }, masksOn(locks, at), stop.signal);
      }
      if (clicks !== undefined) {
        const work = { clicks: placed(clicks), mask: NOTHING, answered: false, source: 'clicks' as const };
        replaceWork(made.id, slice.value, { ...work, edit: nextEdit() });
        await answered(made.id, slice.value);
        stop.signal.throwIfAborted();
      }
      // Locked only now: a locked structure's own clicks are replayed too.
      if (locked) replaceStructure(made.id, (old) => ({ ...old, locked }));
    }
  } finally {
    task.value = undefined;
  }
  currentId.value = first;
  const at = file.structures[0]?.slices[0]?.slice;
  if (at !== undefined) go(at);
  const by = modelOf(file);
  const other =
    by === undefined || by === `${model.name} ${model.version}`
      ? ''
      : ` They were made with ${by}: masks may differ.`;
  const count = file.structures.length;
  say(`${name}: ${count} structure${count === 1 ? '' : 's'} replayed.${other}`);
}

async function replaySlice(
  open: Scan,
  id: number,
  at: number,
  json: InteractionJson,
  locked: readonly MaskBox[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const prediction = await replay(open, at, json);
  // Another scan, opened meanwhile, aborts too: its structures have the same numbers.
  signal.throwIfAborted();
  // The file knows its own locks; those of the structures that were here before hold too.
  const mask = freeMask(prediction, locked);
  replaceWork(id, at, { clicks: json.clicks, mask, answered: true, source: 'clicks', edit: nextEdit() });
}

function modelOf({ structures: all }: ClicksFile): string | undefined {
  const model = all.flatMap(({ slices }) => slices)[0]?.model;
  return model && `${model.name} ${model.version}`;
}
