import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ClicksegError, type DenseRaster, type NamedSpacing } from '@clickseg/raster';
import { unreadable } from './bytes.ts';
import { contentsOf } from './contents.ts';
import { checkIndex, type IndexEntry, isPicture } from './index-entry.ts';
import { readNifti } from './nifti.ts';
import { readPng } from './png.ts';
import { checkSamePlace, checkSameShape } from './same-place.ts';
import { atStatedSpacing, statedSpacing } from './stated-spacing.ts';
import { radiologicalAffine, sliceOf, type Volume } from './volume.ts';

/** What every case has, however its folder is laid out. */
export interface LabelledCase {
  readonly case: string;
  readonly group: string;
  readonly patient: string;
  /** Structure name -> its id in the label map. */
  readonly labels: Readonly<Record<string, number>>;
  /** Structure name -> how many slices hold it; undefined where only the label map can tell. */
  readonly sliceCounts?: Readonly<Record<string, number>>;
  /** True where `labels` are those of this case, as its index states them; else of its whole folder. */
  readonly labelsOfCase?: boolean;
  /** The label map's path inside the folder, for messages. */
  readonly labelFile?: string;
  /** Of image and labels, in the folder's own words. */
  readonly licence?: string;
  /** The data set that it came from. */
  readonly source?: string;
  /**
   * Why a file is no image of its own, where a folder's names say so: a label map without an image, or a further channel of an
   * image that is there. Its `load()` says the same.
   */
  readonly surplus?: string;
  /** False where the folder does not know the spacing and 1 mm stands in for it. */
  readonly spacingKnown?: boolean;
  /** Reads both files. */
  load(): Promise<LoadedCase>;
  /** SHA-256 of all that `load` gives: both files' bytes and what the index says of them; not where they lie. */
  contents(): Promise<string>;
}

/** One case of a data folder, as its `index.json` states it; nothing but that is read until `load`. */
export interface DatasetCase extends LabelledCase {
  readonly split: string;
  readonly kind: '2d' | '3d';
  readonly modality: string;
  /** `[depth, height, width]` in radiological view; depth 1 for a 2-D case. */
  readonly shape: readonly [number, number, number];
  /** mm; 1 where the folder does not know it. */
  readonly spacing: Required<NamedSpacing>;
}

/** Image and label map of a case, on one grid. */
export interface LoadedCase {
  readonly image: Volume;
  readonly label: Volume;
}

/** One slice of a case; `image` and `label` are `[height, width]` views that share the volume's memory. */
export interface DatasetSlice {
  readonly z: number;
  readonly image: DenseRaster;
  readonly label: DenseRaster;
  /** The ids that occur in `label`, ascending, without the background's 0. */
  readonly ids: readonly number[];
}

/**
 * Where the labelled images are: `CLICKSEG_DATA`, of any layout, else the nearest `shared/data` with an index that lies beside
 * a folder or one of those it lies in (beside the repository, wherever in it a command runs), else undefined.
 */
export function findDataFolder(folder: string): string | undefined {
  const named = process.env['CLICKSEG_DATA'];
  if (named) return existsSync(named) ? named : undefined;
  const above = dirname(resolve(folder));
  const data = join(above, 'shared/data');
  if (existsSync(join(data, 'index.json'))) return data;
  return above === dirname(above) ? undefined : findDataFolder(above);
}

/**
 * Reads a data folder's `index.json`; no image is opened before its case's `load()`.
 * @throws ClicksegError `invalid-file` if the index is missing, is not JSON, or an entry lacks what it must say
 */
export function loadIndex(folder: string): DatasetCase[] {
  const path = join(folder, 'index.json');
  let entries: unknown;
  try {
    // Editors on Windows begin a file with a mark that JSON does not know.
    entries = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw unreadable(path, 'no readable index', cause);
  }
  return checkIndex(entries, path).map((entry) => {
    const { image, label, labels, shape, spacing, dataset, ...rest } = entry;
    const [first, second, third] = shape;
    return {
      ...rest,
      // Stored order is x, y, z in 3-D and height, width in 2-D.
      shape: entry.kind === '2d' ? [1, first, second] : [third, second, first],
      spacing: { x: 1, y: 1, z: 1, ...statedSpacing(entry) },
      labels: Object.fromEntries(Object.entries(labels).map(([name, { id }]) => [name, id])),
      sliceCounts: countsOf(labels),
      labelsOfCase: true,
      labelFile: label,
      source: dataset,
      spacingKnown: spacing !== null,
      load: () => loadCase(folder, entry),
      contents: () => contentsOf([join(folder, image), join(folder, label)], [shape, spacing]),
    };
  });
}

function countsOf(labels: IndexEntry['labels']): Record<string, number> | undefined {
  const counts = Object.entries(labels).map(([name, { slices }]) => [name, slices ?? -1] as const);
  return counts.every(([, n]) => n >= 0) ? Object.fromEntries(counts) : undefined;
}

/** Image and label map of a case by their paths inside the folder, on one grid. */
export async function loadCase(
  folder: string,
  entry: Pick<IndexEntry, 'case' | 'image' | 'label'> | IndexEntry,
): Promise<LoadedCase> {
  // Of two faults always the image's is told, whichever file is read first.
  const [image, label] = (
    await Promise.allSettled([read(folder, entry.image), read(folder, entry.label)])
  ).map((file) => {
    if (file.status === 'rejected') throw file.reason;
    return file.value;
  }) as [Volume, Volume];
  if ('shape' in entry) checkStatedShape(entry, image);
  // A picture has no place of its own.
  const places = !isPicture(entry.image) && !isPicture(entry.label);
  (places ? checkSamePlace : checkSameShape)(entry.case, image, label);
  const stated = 'spacing' in entry ? statedSpacing(entry) : undefined;
  if (!stated) return { image, label };
  return {
    image: atStatedSpacing(entry.case, image, stated),
    label: atStatedSpacing(entry.case, label, stated),
  };
}

/** In order: with two numbers exchanged, the index speaks of other axes. */
function checkStatedShape({ case: name, kind, shape: stated }: IndexEntry, { shape }: Volume): void {
  const [depth, height, width] = shape;
  const flat = kind === '2d';
  const own = flat && depth === 1 ? [height, width] : [width, height, depth];
  if (own.length === (flat ? 2 : 3) && own.every((n, axis) => n === stated[axis])) return;
  const axes = own.length === 2 ? 'height, width' : 'x (columns), y (rows), z (slices)';
  throw new ClicksegError(
    'invalid-file',
    `${name}: the index says [${stated}], its image is [${own}] along ${axes} of the radiological view`,
  );
}

async function read(folder: string, name: string): Promise<Volume> {
  const path = join(folder, name);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(path, 'cannot be opened', cause);
  }
  if (!isPicture(name)) return readNifti(bytes, { name });
  const { data, shape } = readPng(bytes, { name });
  const spacing = { x: 1, y: 1, z: 1 };
  return { data, shape: [1, shape[0], shape[1]], spacing, affine: radiologicalAffine(spacing) };
}

/** The slices of a loaded case from the feet to the head, those without any label included. */
export function* slicesOf({ image, label }: LoadedCase): Generator<DatasetSlice> {
  for (let z = 0; z < image.shape[0]; z++) {
    const labels = sliceOf(label, z);
    const ids = [...new Set(labels.data)].filter((id) => id !== 0).sort((a, b) => a - b);
    yield { z, image: sliceOf(image, z), label: labels, ids };
  }
}
