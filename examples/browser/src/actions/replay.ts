import { batch } from '@preact/signals';
import { freeMask } from '../engine/free-mask.ts';
import { engine, segmenter } from '../engine/model.ts';
import { replay } from '../engine/predict.ts';
import { parseClicks, type ReadStructure } from '../files/clicks-file.ts';
import { counted } from '../state/counted.ts';
import { remember } from '../state/history.ts';
import { masksOn, takePixels } from '../state/locks.ts';
import { withoutMasks } from '../state/mask-box.ts';
import { depth, type Scan, say, scan, slice, sliceShape, structures } from '../state/store.ts';
import { isBlank, newStructure, nextEdit, type SliceWork } from '../state/structure.ts';
import { type OwnTask, runTask } from '../state/task.ts';
import { type LabelTaken, labelsTaken } from './labels-taken.ts';
import { chooseStructure } from './structures.ts';
import { go } from './view.ts';

/** A structure of the file with the masks that answered to its clicks. */
interface Replayed extends ReadStructure {
  readonly work: ReadonlyMap<number, SliceWork>;
}

/**
 * Replays clicks that were saved, slice by slice, to the same masks. `examples/segment`'s files are taken too: their
 * clicks go to the slice that is shown. All of it is taken up at the end, in one step, or nothing is.
 * @returns whether it did: it may be stopped, or refused beside other long work
 * @throws Error that says what was wrong, and that nothing was changed
 */
export async function replayClicks(text: string, name: string): Promise<boolean> {
  const open = scan.value;
  if (open === undefined) return false;
  const done = await runTask(`Replaying ${name}`, (own) => replayOn(open, text, name, own), {
    pending: () => true,
    refused: `${name}: not opened`,
    stopped: () => `${name}: stopped. Nothing was changed.`,
  });
  return done ?? false;
}

async function replayOn(open: Scan, text: string, name: string, own: OwnTask): Promise<boolean> {
  try {
    const file = parseClicks(text, name, {
      depth: depth.value,
      shape: sliceShape.value,
      shown: slice.value,
      structures: structures.value.length,
    });
    const replayed = await predictAll(open, file, name, own);
    own.signal.throwIfAborted();
    const taken = takeUp(replayed);
    say(
      [`${name}: ${counted(file.length, 'structure')} replayed.`, otherModel(file), taken]
        .filter(Boolean)
        .join(' '),
    );
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why.replace(/\.$/, '')}. Nothing was changed.`, { cause: error });
  }
}

/** Predicts every slice of the file, beside the work and without a change to it. */
async function predictAll(
  open: Scan,
  file: readonly ReadStructure[],
  name: string,
  { signal, report }: OwnTask,
): Promise<Replayed[]> {
  const total = file.reduce((sum, { slices }) => sum + slices.length, 0);
  let done = 0;
  const replayed: Replayed[] = [];
  // What was said of the work before has had its time.
  say('');
  await segmenter();
  for (const structure of file) {
    const work = new Map<number, SliceWork>();
    for (const { slice: at, clicks, saved } of structure.slices) {
      signal.throwIfAborted();
      report(done, total, `Replaying ${structure.name}`);
      const prediction = await replay(open, at, clicks, saved).catch((error) => {
        throw new Error(`${name}: ${structure.name}, slice ${at + 1}: ${(error as Error).message}`, {
          cause: error,
        });
      });
      // What the app saved knows its own locks; bare clicks keep off what stands locked before them in the file.
      const before = saved ? [] : replayed.filter(({ locked }) => locked);
      const locks = before.flatMap((each) => each.work.get(at)?.mask ?? []);
      const mask = freeMask(prediction, locks);
      work.set(at, { clicks, mask, answered: true, source: 'clicks', edit: nextEdit() });
      done++;
    }
    replayed.push({ ...structure, work });
  }
  return replayed;
}

/** Puts what was replayed behind the structures that are there, as one step. @returns which labels were taken already */
function takeUp(replayed: readonly Replayed[]): string {
  const labels: LabelTaken[] = [];
  remember();
  batch(() => {
    const own = structures.value.filter((each) => !isBlank(each));
    const locks = own.filter((each) => each.locked);
    let list = own;
    for (const { name, label, color, locked, work } of replayed) {
      const made = newStructure(list, name || undefined, label);
      if (label !== undefined) labels.push([label, made.label]);
      const slices = new Map<number, SliceWork>();
      for (const [at, each] of work) {
        // Locked structures keep their pixels, those locked meanwhile too.
        slices.set(at, { ...each, mask: withoutMasks(each.mask, masksOn(locks, at)) });
      }
      list = [...list, { ...made, color: color ?? made.color, locked, slices }];
    }
    structures.value = list;
    const added = list.slice(own.length);
    for (const { id, locked } of added) if (locked) takePixels(id);
    if (added[0]) chooseStructure(added[0].id);
    const at = replayed.flatMap(({ slices }) => slices)[0]?.slice;
    if (at !== undefined) go(at);
  });
  return labelsTaken(labels);
}

function otherModel(file: readonly ReadStructure[]): string | undefined {
  const made = file.flatMap(({ slices }) => slices.flatMap(({ saved }) => saved?.model ?? []))[0];
  const by = made && `${made.name} ${made.version}`;
  return by === undefined || by === engine.value.model
    ? undefined
    : `They were made with ${by}: masks may differ.`;
}
