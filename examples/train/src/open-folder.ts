import { createHash, type Hash } from 'node:crypto';
import { type DatasetCase, type LabelledCase, slicesOf, type Volume } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { checkLabelMap, MOST_TRAINED } from './check-label-map.ts';
import { counted } from './counted.ts';
import { patientPattern, unitePatients, withPatients } from './patients.ts';
import { takenCases } from './taken-splits.ts';

/** A case that was opened once. */
export interface OpenedCase extends DatasetCase {
  /** Of its voxels, image and labels: the same case has the same one, whatever its file is called. */
  readonly digest: string;
  /** Of its image's voxels alone: whose it is does not change with what is outlined. */
  readonly scan: string;
  /** Ids of its label map that its index does not name. */
  readonly unnamed: readonly number[];
  /** False where the image's header states none, and 1 mm stands in for it, as in the click app. */
  readonly spacingStated?: boolean;
}

export interface OpenOptions {
  /** Of an `index.json`, see {@link takenCases}; its 'train' where not given. */
  readonly split?: string;
  /** A regular expression that finds the patient in the name of a case, where there is no index. */
  readonly patient?: string;
  /** The largest id of a label map; {@link MOST_TRAINED} where not given. */
  readonly mostId?: number;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The labelled images of any folder that `loadFolder` understands, each opened once, so that what is missing or does
 * not fit is told before hours of training, all of it at once. Label maps without an image and further channels of one are left
 * out with a warning.
 *
 * @throws ClicksegError `invalid-option` for a split of a folder without an index, or a pattern that finds no patient; `invalid-file`, naming every case that cannot
 *   be used, or where none is left; the signal's reason when aborted
 */
export async function openFolder(
  folder: string,
  { split, patient, mostId = MOST_TRAINED, onProgress, signal }: OpenOptions = {},
): Promise<OpenedCase[]> {
  const pattern = patientPattern(folder, patient);
  const cases: OpenedCase[] = [];
  const wrong: string[] = [];
  const all = takenCases(folder, split);
  const surplus = all.flatMap((entry) => entry.surplus ?? []);
  const whole = all.filter((entry) => entry.surplus === undefined);
  const entries = pattern ? withPatients(whole, pattern) : whole;
  if (entries.length === 0) {
    throw new ClicksegError('invalid-file', `${folder}: no image with a label map in it${shown(surplus)}`);
  }
  if (surplus.length > 0) {
    console.error(`${folder}: ${counted(surplus.length, 'file')} left out${shown(surplus)}`);
  }
  for (const [i, entry] of entries.entries()) {
    signal?.throwIfAborted();
    onProgress?.(i, entries.length);
    try {
      cases.push(await open(entry, mostId));
    } catch (error) {
      wrong.push(`${entry.case}: ${(error as Error).message}`);
    }
  }
  if (wrong.length > 0) {
    const of = wrong.length + cases.length;
    throw new ClicksegError(
      'invalid-file',
      `${folder}: ${wrong.length} of ${of} cases cannot be used${shown(wrong)}`,
    );
  }
  const unnamed = cases.filter((entry) => entry.unnamed.length > 0);
  if (unnamed.length > 0) {
    const ids = unnamed.map((entry) => `${entry.case}: ${entry.unnamed.join(', ')}`);
    console.error(`warning: label maps hold ids that the index of ${folder} does not name${shown(ids)}`);
  }
  return unitePatients(cases);
}

/** Lines below a message, the first ten of them. */
function shown(lines: readonly string[]): string {
  const rest = lines.length > 10 ? [`and ${lines.length - 10} more`] : [];
  return [...lines.slice(0, 10), ...rest].map((line) => `\n  ${line}`).join('');
}

async function open(entry: LabelledCase & Partial<DatasetCase>, mostId: number): Promise<OpenedCase> {
  const loaded = await entry.load();
  const { image, label } = loaded;
  if (!label.data.some((id) => id !== 0)) {
    throw new ClicksegError('invalid-file', 'its label map is empty: no structure to learn');
  }
  checkLabelMap(label.data, mostId);
  const found = new Set<number>();
  for (const { z, image: slice, ids } of slicesOf(loaded)) {
    for (const id of ids) found.add(id);
    // Only slices with a structure are learnt from, in single precision.
    const at = ids.length > 0 ? slice.data.findIndex((value) => !Number.isFinite(Math.fround(value))) : -1;
    if (at < 0) continue;
    const why = 'no number that 32 bits hold';
    throw new ClicksegError('invalid-file', `slice ${z} of its image holds ${slice.data[at]}, ${why}`);
  }
  const named = entry.labelsOfCase ? new Set(Object.values(entry.labels)) : found;
  const hash = hashed(createHash('sha256'), image);
  return {
    ...entry,
    digest: short(hashed(hash.copy(), label)),
    scan: short(hash),
    unnamed: [...found].filter((id) => !named.has(id)).sort((a, b) => a - b),
    split: entry.split ?? '',
    kind: entry.kind ?? (image.shape[0] === 1 ? '2d' : '3d'),
    modality: entry.modality ?? '',
    shape: entry.shape ?? image.shape,
    // A PNG knows no spacing, its index does.
    spacing: entry.spacing ?? image.spacing,
    spacingStated: entry.spacing !== undefined || statesSpacing(image),
    load: entry.load,
  };
}

/** Whether a NIfTI's header says how far apart its voxels are: by its sform, or by `pixdim`. */
function statesSpacing({ grid }: Volume): boolean {
  if (!grid || grid.sformCode > 0) return true;
  return grid.pixdim.slice(1, 1 + Math.min(3, grid.dims.length)).every((mm) => Math.abs(mm) > 0);
}

function hashed(hash: Hash, { data, shape }: Volume): Hash {
  hash.update(`${data.constructor.name} ${shape}`);
  return hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function short(hash: Hash): string {
  return hash.digest('hex').slice(0, 16);
}
