import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { unreadable } from './bytes.ts';
import { type LabelledCase, loadCase, loadIndex } from './data-folder.ts';

/** Which part of a folder to take. */
export interface FolderOptions {
  /** Of an `index.json`; folders without one have no splits. Default: all. */
  readonly split?: string;
}

const IMAGE = /\.(nii|nii\.gz|png)$/;

/**
 * The labelled images of a folder: by its `index.json`, else by the layout of the Medical Segmentation
 * Decathlon (`imagesTr/`, `labelsTr/` with files of one name, `dataset.json` with the structures' names;
 * nnU-Net's `_0000` is understood), else `NAME_img.*` beside `NAME_lab.*`. An image without a label map
 * is a case too: its `load()` says so.
 *
 * @throws ClicksegError `invalid-file` where there are no images, or none of the split
 */
export function loadFolder(folder: string, options: FolderOptions = {}): LabelledCase[] {
  const cases = existsSync(join(folder, 'index.json'))
    ? loadIndex(folder).filter((c) => options.split === undefined || c.split === options.split)
    : loadPairs(folder);
  if (cases.length === 0) {
    const of = options.split === undefined ? '' : ` of split '${options.split}'`;
    throw new ClicksegError('invalid-file', `${folder}: no labelled images${of} in it`);
  }
  return cases;
}

function loadPairs(folder: string): LabelledCase[] {
  const labels = labelNames(folder);
  const group = basename(folder);
  return pairs(folder).map((entry) => ({
    case: entry.case,
    group,
    patient: entry.case,
    labels,
    load: () => loadCase(folder, entry),
  }));
}

function pairs(folder: string): { case: string; image: string; label: string }[] {
  if (existsSync(join(folder, 'imagesTr'))) {
    return list(join(folder, 'imagesTr')).map((file) => {
      const label = file.replace(/_0000(?=\.)/, '');
      return { case: label.replace(IMAGE, ''), image: `imagesTr/${file}`, label: `labelsTr/${label}` };
    });
  }
  const images = list(folder).filter((file) => /_img\.(nii|nii\.gz|png)$/.test(file));
  return images.map((file) => ({
    case: file.replace(IMAGE, '').replace(/_img$/, ''),
    image: file,
    label: file.replace(/_img(?=\.(nii|nii\.gz|png)$)/, '_lab'),
  }));
}

/** `labels` of a `dataset.json`, which the Decathlon writes as id -> name and nnU-Net as name -> id. */
function labelNames(folder: string): Record<string, number> {
  const path = join(folder, 'dataset.json');
  if (!existsSync(path)) return {};
  try {
    const { labels = {} } = JSON.parse(readFileSync(path, 'utf8')) as { labels?: Record<string, unknown> };
    const pairs = Object.entries(labels).map(([key, value]): [string, number] =>
      typeof value === 'number' ? [key, value] : [String(value), Number(key)],
    );
    return Object.fromEntries(pairs.filter(([, id]) => Number.isSafeInteger(id) && id > 0));
  } catch (cause) {
    throw unreadable(path, 'no readable description', cause);
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => IMAGE.test(name) && !name.startsWith('.'))
      .sort();
  } catch (cause) {
    throw unreadable(folder, 'cannot be opened', cause);
  }
}
