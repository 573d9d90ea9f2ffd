import { createHash } from 'node:crypto';
import { type LabelledCase, type LoadedCase, sliceOf } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { seededRandom } from '@clickseg/simulate';
import type { Settings } from './settings.ts';

/** One structure on one slice, the paper's unit: the `nth` slice, from the feet, that holds it. */
export interface Task {
  readonly structure: string;
  readonly id: number;
  readonly nth: number;
}

/** Tasks of one case that are done, resumed and handed to workers together. */
export interface Chunk {
  /** Its place in the catalogue. */
  readonly number: number;
  /** Which chunk of its case it is, from 0. */
  readonly part: number;
  readonly entry: LabelledCase;
  /** SHA-256 of the case when it was listed, by which a run notices that it is lost. */
  readonly contents: string;
  /** None for a case that has no structures or cannot be read; opening it says why. */
  readonly tasks: readonly Task[];
}

/** All that a run will do, in the same order on every machine. */
export interface Catalogue {
  readonly chunks: readonly Chunk[];
  /** Structures to evaluate. */
  readonly structures: number;
  /**
   * SHA-256 of cases, the contents of their files, and tasks: two machines with equal digests do the same work under the
   * same numbers, wherever their folders lie.
   */
  readonly digest: string;
  readonly groups: readonly GroupSource[];
  /** Cases that had to be opened for it and could not be: the run will leave them out. */
  readonly unreadable: readonly { readonly entry: LabelledCase; readonly error: unknown }[];
}

/** Where a group's images come from. */
export interface GroupSource {
  readonly group: string;
  readonly source: string;
  readonly licence: string;
  /** False where millimetres are pixels. */
  readonly spacingKnown: boolean;
}

// A case is read again for every chunk, which costs less than one of its structures.
const CHUNK = 64;

/** Of the images that a message names. */
const MOST_NAMED = 5;

/**
 * Lists what is to be evaluated. Counts come from the folder's index; where it has none, each label map
 * is read once. The files of all that is left are read for the digest.
 *
 * @throws ClicksegError `invalid-option` for a group that no case is of, `invalid-file` for one with a spacing for some of
 * its images alone; the signal's reason when aborted
 */
export async function makeCatalogue(
  cases: readonly LabelledCase[],
  settings: Settings,
  signal?: AbortSignal,
): Promise<Catalogue> {
  const wanted = casesOf(cases, settings.groups);
  const groups = [...new Set(wanted.map(({ group }) => group))].sort();
  const sources = groups.map((group) => describeGroup(group, wanted));
  const byGroup = new Map<string, { entry: LabelledCase; task?: Task }[]>();
  const unreadable: { entry: LabelledCase; error: unknown }[] = [];
  for (const entry of wanted) {
    const list = byGroup.get(entry.group) ?? [];
    byGroup.set(entry.group, list);
    signal?.throwIfAborted();
    let structures: Structure[] = [];
    try {
      structures = await structuresOf(entry);
      if (structures.length === 0 && entry.sliceCounts === undefined) {
        throw new ClicksegError('invalid-file', 'its label map is empty');
      }
    } catch (error) {
      // The run opens it again and records why it was left out.
      unreadable.push({ entry, error });
    }
    let any = false;
    for (const { structure, id, slices } of structures) {
      for (let nth = 0; nth < slices; nth++) list.push({ entry, task: { structure, id, nth } });
      any ||= slices > 0;
    }
    if (!any) list.push({ entry });
  }
  const kept = [...byGroup.values()].flatMap((list) => subset(list, settings));
  const chunks: Chunk[] = [];
  for (const [entry, tasks] of perCase(kept)) {
    signal?.throwIfAborted();
    const contents = await entry.contents();
    for (let part = 0; part === 0 || part * CHUNK < tasks.length; part++) {
      const some = tasks.slice(part * CHUNK, (part + 1) * CHUNK);
      chunks.push({ number: chunks.length, part, entry, contents, tasks: some });
    }
  }
  const digest = createHash('sha256');
  for (const { entry, contents, tasks } of chunks) {
    digest.update(
      JSON.stringify([
        entry.group,
        entry.patient,
        entry.case,
        contents,
        tasks.map((t) => [t.structure, t.id, t.nth]),
      ]),
    );
  }
  return {
    chunks,
    structures: chunks.reduce((sum, { tasks }) => sum + tasks.length, 0),
    digest: digest.digest('hex'),
    groups: sources,
    unreadable,
  };
}

/** The chunks of shard `i` of `n`, counted from 1: every n-th, so that neighbours, alike in cost, are spread. */
export function shardOf(chunks: readonly Chunk[], i: number, n: number): Chunk[] {
  return chunks.filter((_, at) => at % n === i - 1);
}

function casesOf(cases: readonly LabelledCase[], groups: readonly string[] | undefined): LabelledCase[] {
  if (!groups) return [...cases];
  const there = [...new Set(cases.map(({ group }) => group))].sort();
  const unknown = groups.find((group) => !there.includes(group));
  if (unknown !== undefined) {
    throw new ClicksegError('invalid-option', `evaluate: --groups ${unknown} is none of ${there.join(', ')}`);
  }
  return cases.filter(({ group }) => groups.includes(group));
}

/**
 * The slices of a label map that hold each id, from the feet to the head.
 * @param file - its name, for messages
 * @throws ClicksegError `invalid-file` for a value that is no id
 */
export function slicesById({ label }: LoadedCase, file = 'its label map'): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let z = 0; z < label.shape[0]; z++) {
    for (const id of new Set(sliceOf(label, z).data)) {
      if (id === 0) continue;
      if (!Number.isSafeInteger(id) || id < 0) {
        throw new ClicksegError(
          'invalid-file',
          `${file}: slice ${z} holds ${id}, which is no id: a whole number from 0`,
        );
      }
      const list = found.get(id) ?? [];
      found.set(id, list);
      list.push(z);
    }
  }
  return found;
}

interface Structure {
  readonly structure: string;
  readonly id: number;
  /** How many slices hold it. */
  readonly slices: number;
}

async function structuresOf(entry: LabelledCase): Promise<Structure[]> {
  const byId = (list: Structure[]) => list.sort((a, b) => a.id - b.id);
  const { labels, sliceCounts } = entry;
  if (sliceCounts) {
    return byId(
      Object.entries(labels).map(([structure, id]) => ({ structure, id, slices: sliceCounts[structure] })),
    );
  }
  const names = new Map(Object.entries(labels).map(([name, id]) => [id, name]));
  const found = slicesById(await entry.load(), entry.labelFile);
  return byId(
    [...found].map(([id, slices]) => ({
      structure: names.get(id) ?? `label ${id}`,
      id,
      slices: slices.length,
    })),
  );
}

/** `limit` of a group's tasks, each with the same chance, in their own order; cases without tasks stay. */
function subset<T extends { readonly task?: Task }>(list: readonly T[], { limit, seed }: Settings): T[] {
  const tasks = list.filter(({ task }) => task);
  if (limit === undefined || tasks.length <= limit) return [...list];
  const random = seededRandom(seed);
  const drawn = tasks.map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key);
  const kept = new Set(drawn.slice(0, limit).map(({ item }) => item));
  return list.filter((item) => kept.has(item) || !item.task);
}

function perCase(kept: readonly { entry: LabelledCase; task?: Task }[]): Map<LabelledCase, Task[]> {
  const cases = new Map<LabelledCase, Task[]>();
  for (const { entry, task } of kept) {
    const tasks = cases.get(entry) ?? [];
    cases.set(entry, tasks);
    if (task) tasks.push(task);
  }
  return cases;
}

function describeGroup(group: string, cases: readonly LabelledCase[]): GroupSource {
  const of = cases.filter((c) => c.group === group);
  const pixels = of.filter((c) => c.spacingKnown === false).map((c) => c.case);
  if (pixels.length > 0 && pixels.length < of.length) {
    const some = [...pixels.slice(0, MOST_NAMED), ...(pixels.length > MOST_NAMED ? ['...'] : [])].join(', ');
    throw new ClicksegError(
      'invalid-file',
      `evaluate: ${pixels.length} of the ${of.length} images of ${group} are PNGs without a spacing (${some}): their distances are in pixels, the others' in mm, and have no common mean. Put them into a folder of their own, or say their spacing or another group in an index.json`,
    );
  }
  const distinct = (values: (string | undefined)[]) =>
    [...new Set(values.filter((v) => v !== undefined))].sort().join('; ');
  return {
    group,
    source: distinct(of.map((c) => c.source)),
    licence: distinct(of.map((c) => c.licence)),
    spacingKnown: pixels.length === 0,
  };
}
