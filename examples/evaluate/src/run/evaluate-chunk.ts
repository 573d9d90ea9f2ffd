import { setImmediate } from 'node:timers/promises';
import type { LabelledCase, LoadedCase } from '@clickseg/example-dataset/node';
import { ClicksegError, isClicksegError } from '@clickseg/raster';
import { type Chunk, slicesById, type Task } from '../catalogue.ts';
import type { Method } from '../methods/method.ts';
import type { Settings } from '../settings.ts';
import { annotate, seedOf } from './annotate.ts';
import { isBackendFault, withoutAddress } from './backend-fault.ts';
import { LostCase, loadListed } from './lost-case.ts';
import { type InteractionRecord, keyOf, type LeftOut, type RecordLine } from './record.ts';
import { structureOf } from './structure-of.ts';

/** What evaluating a chunk takes. */
export interface ChunkContext {
  readonly settings: Settings;
  readonly methods: readonly Method[];
  /** Reads a case, or gives back the one read last. */
  readonly load: (entry: LabelledCase) => Promise<LoadedCase>;
  /** Removed from error messages: no record says where its machine keeps the data. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/**
 * Evaluates a chunk, structure by structure. Whatever cannot be evaluated becomes a line that says why,
 * and the rest goes on; a backend that fails and files that are gone end it, since all the rest would fail too.
 *
 * @param done - keys of interactions that are recorded already
 * @throws ClicksegError `backend-failed` where the backend is at fault and not the image; LostCase where the files are gone that were
 * listed
 */
export async function* evaluateChunk(
  chunk: Chunk,
  context: ChunkContext,
  done: ReadonlySet<string> = new Set(),
): AsyncGenerator<RecordLine> {
  const { entry, tasks, number } = chunk;
  const leave = (reason: string, rest: Partial<LeftOut> = {}): RecordLine => ({
    leftOut: { image: entry.case, group: entry.group, structures: 1, reason, ...rest },
    chunk: number,
  });
  let loaded: LoadedCase;
  let slices: Map<number, number[]>;
  try {
    loaded = await loadListed(entry, chunk.contents, () => context.load(entry));
    slices = slicesById(loaded, entry.labelFile);
  } catch (error) {
    if (error instanceof LostCase) throw error;
    // Without an index only the image knows how many it had.
    yield leave(reasonOf(error, context.folder), { structures: tasks.length || undefined });
    return;
  }
  if (slices.size === 0) yield leave('its label map is empty', { structures: tasks.length });
  else {
    // A long case comes in parts; once is enough.
    if (chunk.part === 0) yield* unlisted(entry, slices, leave);
    for (const task of tasks) {
      // Between structures others get their turn: a stop, a worker's heartbeat.
      await setImmediate();
      context.signal?.throwIfAborted();
      const slice = slices.get(task.id)?.[task.nth];
      if (slice === undefined) {
        const has = slices.get(task.id)?.length ?? 0;
        yield leave(`the label map has it on ${has} slices, fewer than the index says`, {
          structure: task.structure,
          nth: task.nth,
        });
      } else yield* evaluateTask({ chunk, context, loaded, done, leave }, task, slice);
    }
  }
}

type Leave = (reason: string, rest?: Partial<LeftOut>) => RecordLine;

/** What an index and its label map do not agree on, and no task is of. */
function* unlisted(
  { labels, sliceCounts, labelsOfCase }: LabelledCase,
  slices: ReadonlyMap<number, readonly number[]>,
  leave: Leave,
): Generator<RecordLine> {
  if (!labelsOfCase) return;
  for (const [structure, id] of Object.entries(labels)) {
    const has = slices.get(id) ?? [];
    if (sliceCounts === undefined) {
      if (has.length === 0) {
        yield leave(`the index names ${structure} with the id ${id}, which the label map does not hold`, {
          structure,
          structures: undefined,
        });
      }
      continue;
    }
    const said = sliceCounts[structure];
    for (const slice of has.slice(said)) {
      yield leave(`the label map has it on ${has.length} slices, more than the index says`, {
        structure,
        slice,
      });
    }
  }
}

interface Work {
  readonly chunk: Chunk;
  readonly context: ChunkContext;
  readonly loaded: LoadedCase;
  readonly done: ReadonlySet<string>;
  readonly leave: Leave;
}

async function* evaluateTask(
  { chunk: { entry }, context, loaded, done, leave }: Work,
  { structure, id }: Task,
  slice: number,
): AsyncGenerator<RecordLine> {
  const { settings, methods } = context;
  const { image, gt, spacing } = structureOf(loaded, entry, slice, id);
  const area = gt.data.reduce((sum, v) => sum + v, 0);
  if (area < settings.minArea) {
    yield leave(`smaller than --min-area ${settings.minArea}`, { structure, slice, asked: true });
    return;
  }
  const seed = seedOf(settings.seed, entry.case, slice, structure);
  const at = { image: entry.case, slice, structure, id, group: entry.group, patient: entry.patient };
  for (const method of methods) {
    const name = { ...at, method: method.name };
    if (done.has(keyOf(name))) continue;
    try {
      const scores = await annotate(method, { image, gt, spacing, seed }, settings);
      yield { ...name, seed, area, ...scores } satisfies InteractionRecord;
    } catch (error) {
      context.signal?.throwIfAborted();
      if (isBackendFault(error)) {
        throw new ClicksegError(
          'backend-failed',
          `evaluate: ${method.name} failed at ${entry.case}, slice ${slice}, ${structure}: ${(error as Error).message}`,
          { cause: error },
        );
      }
      yield leave(`${method.name}: ${reasonOf(error, context.folder)}`, { structure, slice });
    }
  }
}

/** An error in words that are the same on every machine. A fault of ours is no reason to leave data out: it is thrown on. */
export function reasonOf(error: unknown, folder: string): string {
  if (!isClicksegError(error)) throw error;
  return withoutAddress(error).replaceAll(`${folder}/`, '').replaceAll(folder, '').replaceAll('\n', ' ');
}
