import { createHash } from 'node:crypto';
import {
  type DatasetCase,
  type LabelledCase,
  loadFolder,
  slicesOf,
  type Volume,
} from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';

/** A case that was opened once. */
export interface OpenedCase extends DatasetCase {
  /** Of its voxels, image and labels: the same case has the same one, whatever its file is called. */
  readonly digest: string;
}

export interface OpenOptions {
  /** Of an `index.json`; all of them where not given. */
  readonly split?: string;
  readonly signal?: AbortSignal;
}

/**
 * The labelled images of any folder that `loadFolder` understands, each opened once, so that what is missing or does
 * not fit is told before hours of training, all of it at once.
 *
 * @throws ClicksegError `invalid-file`, naming every case that cannot be used; the signal's reason when aborted
 */
export async function openFolder(folder: string, { split, signal }: OpenOptions = {}): Promise<OpenedCase[]> {
  const cases: OpenedCase[] = [];
  const wrong: string[] = [];
  for (const entry of loadFolder(folder, { split })) {
    signal?.throwIfAborted();
    try {
      cases.push(await open(entry));
    } catch (error) {
      wrong.push(`  ${entry.case}: ${(error as Error).message}`);
    }
  }
  if (wrong.length > 0) {
    const shown = [...wrong.slice(0, 10), ...(wrong.length > 10 ? [`  and ${wrong.length - 10} more`] : [])];
    const of = wrong.length + cases.length;
    throw new ClicksegError(
      'invalid-file',
      `${folder}: ${wrong.length} of ${of} cases cannot be used\n${shown.join('\n')}`,
    );
  }
  return cases;
}

async function open(entry: LabelledCase & Partial<DatasetCase>): Promise<OpenedCase> {
  const loaded = await entry.load();
  const { image, label } = loaded;
  if (!label.data.some((id) => id !== 0)) {
    throw new ClicksegError('invalid-file', 'its label map is empty: no structure to learn');
  }
  if (label.data.some((id) => !Number.isInteger(id) || id < 0 || id > 255)) {
    throw new ClicksegError('invalid-file', 'its label map holds values that are no ids from 0 to 255');
  }
  for (const { z, image: slice, ids } of slicesOf(loaded)) {
    // Only slices with a structure are learnt from.
    const at = ids.length > 0 ? slice.data.findIndex((value) => !Number.isFinite(value)) : -1;
    if (at < 0) continue;
    throw new ClicksegError('invalid-file', `slice ${z} of its image holds ${slice.data[at]}, no number`);
  }
  return {
    ...entry,
    digest: digestOf(image, label),
    split: entry.split ?? '',
    kind: entry.kind ?? (image.shape[0] === 1 ? '2d' : '3d'),
    modality: entry.modality ?? '',
    shape: entry.shape ?? image.shape,
    // A PNG knows no spacing, its index does.
    spacing: entry.spacing ?? image.spacing,
    load: entry.load,
  };
}

function digestOf(...volumes: readonly Volume[]): string {
  const hash = createHash('sha256');
  for (const { data, shape } of volumes) {
    hash.update(`${data.constructor.name} ${shape}`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
