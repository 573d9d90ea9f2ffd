import { type DatasetCase, type DatasetSlice, slicesOf } from '@clickseg/example-dataset/node';
import { compareMasks, dice } from '@clickseg/metrics';
import type { DenseRaster, Spacing } from '@clickseg/raster';
import { raster } from '@clickseg/raster';
import type { Intensities, Segmenter } from '@clickseg/runtime';
import { nextClick, seededRandom } from '@clickseg/simulate';
import { checkLabelMap } from './check-label-map.ts';
import { intensitiesOf } from './intensities-of.ts';
import { locating } from './naming.ts';
import { spacingOf } from './spacing-of.ts';

/** The largest id that is measured: any. Atlases go far above the 255 of training, FreeSurfer's above 1000. */
export const MOST_MEASURED = Number.MAX_SAFE_INTEGER;

/** One structure on one slice: the paper's unit. */
export interface MeasuredStructure {
  readonly group: string;
  readonly case: string;
  /** Structures of one patient are alike: an interval is over patients. */
  readonly patient: string;
  readonly slice: number;
  readonly label: number;
  /** Dice after click 1, 2, ...; once nothing is wrong, the rest stay at 1. */
  readonly dice: readonly number[];
  /**
   * Hausdorff and mean absolute distance after each click of `distancesAt`, mm, or pixels where the spacing is not known; null
   * where the mask is empty.
   */
  readonly hausdorff?: readonly (number | null)[];
  readonly meanAbsoluteDistance?: readonly (number | null)[];
}

export interface MeasureOptions {
  readonly segmenter: Segmenter;
  readonly clicks: number;
  readonly seed: number;
  /** Smallest structure by group, in image pixels; 1 for groups not named. */
  readonly minArea?: Readonly<Record<string, number>>;
  /** Most structures of a group, drawn with the seed. */
  readonly limit?: number;
  /** Numbers of clicks after which surface distances are measured too; none by default. */
  readonly distancesAt?: readonly number[];
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

interface Task {
  readonly entry: DatasetCase;
  readonly z: number;
  readonly id: number;
}

/** Lets the paper's annotator click on every structure of every slice, and scores each answer on the slice's own grid. */
export async function measure(
  cases: readonly DatasetCase[],
  options: MeasureOptions,
): Promise<MeasuredStructure[]> {
  const tasks = await collectTasks(cases, options);
  const results: MeasuredStructure[] = [];
  let open: { entry: DatasetCase; slices: DatasetSlice[]; intensities: Intensities } | undefined;
  for (const { entry, z, id } of tasks) {
    options.signal?.throwIfAborted();
    if (open?.entry !== entry) {
      const loaded = await entry.load();
      open = { entry, slices: [...slicesOf(loaded)], intensities: intensitiesOf(loaded) };
    }
    const { image, label } = open.slices[z];
    const how = { spacing: spacingOf(entry), intensities: open.intensities };
    const gt = raster(
      Uint8Array.from(label.data, (v) => (v === id ? 1 : 0)),
      label.shape,
    );
    // A stream of its own, so that a structure's clicks do not depend on which others are measured.
    const random = seededRandom(options.seed + 1000 * z + id);
    const scores = await locating(`${entry.case}, slice ${z}`, () =>
      clickAway(image, gt, how, random, options),
    );
    const { group, case: name, patient } = entry;
    results.push({ group, case: name, patient, slice: z, label: id, ...scores });
    options.onProgress?.(results.length, tasks.length);
  }
  return results;
}

const DISTANCES = ['hausdorff', 'meanAbsoluteDistance'] as const;

// JSON has no NaN.
const finite = (value: number | undefined) => (Number.isFinite(value) ? (value as number) : null);

async function clickAway(
  image: DenseRaster,
  gt: DenseRaster<Uint8Array>,
  how: { readonly spacing: Spacing | undefined; readonly intensities: Intensities },
  random: () => number,
  { segmenter, clicks, distancesAt }: MeasureOptions,
): Promise<Pick<MeasuredStructure, 'dice' | 'hausdorff' | 'meanAbsoluteDistance'>> {
  const interaction = await segmenter.open(image, how);
  const scores: number[] = [];
  const [hausdorff, meanAbsoluteDistance]: (number | null)[][] = [[], []];
  let mask: DenseRaster<Uint8Array> | undefined;
  while (scores.length < clicks) {
    const click = nextClick(gt, mask, { strategy: 'sakinis', random });
    if (click) {
      interaction.add(click);
      mask = (await interaction.predict()).mask;
    }
    scores.push(mask ? dice(mask, gt) : 1);
    if (!mask || !distancesAt?.includes(scores.length)) continue;
    const compared = compareMasks(mask, gt, { spacing: how.spacing, metrics: DISTANCES, empty: 'nan' });
    hausdorff.push(finite(compared.hausdorff));
    meanAbsoluteDistance.push(finite(compared.meanAbsoluteDistance));
  }
  await interaction.dispose();
  return { dice: scores, ...(distancesAt && { hausdorff, meanAbsoluteDistance }) };
}

async function collectTasks(
  cases: readonly DatasetCase[],
  { minArea = {}, limit, seed }: MeasureOptions,
): Promise<Task[]> {
  const groups = new Map<string, Task[]>();
  for (const entry of cases) {
    const tasks = groups.get(entry.group) ?? [];
    groups.set(entry.group, tasks);
    const loaded = await entry.load();
    await locating(entry.case, () => checkLabelMap(loaded.label.data, MOST_MEASURED));
    for (const { z, label, ids } of slicesOf(loaded)) {
      for (const id of ids) {
        const area = countOf(label.data, id);
        if (area >= (minArea[entry.group] ?? 1)) tasks.push({ entry, z, id });
      }
    }
  }
  return [...groups.values()].flatMap((tasks) => subset(tasks, limit, seed));
}

/** `limit` of the tasks, each with the same chance, in their own order. */
function subset(tasks: readonly Task[], limit: number | undefined, seed: number): readonly Task[] {
  if (limit === undefined || tasks.length <= limit) return tasks;
  const random = seededRandom(seed);
  const keyed = tasks.map((task, at) => ({ task, at, key: random() }));
  const kept = keyed.sort((a, b) => a.key - b.key).slice(0, limit);
  return kept.sort((a, b) => a.at - b.at).map(({ task }) => task);
}

function countOf(data: ArrayLike<number>, id: number): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === id) count++;
  return count;
}
