import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { unreadable } from './bytes.ts';
import { contentsOf } from './contents.ts';
import { type LabelledCase, loadCase, loadIndex } from './data-folder.ts';
import { isPicture } from './index-entry.ts';

/** Which part of a folder to take. */
export interface FolderOptions {
  /** Of an `index.json`; folders without one have no splits. Default: all. */
  readonly split?: string;
}

const IMAGE = /\.(nii|nii\.gz|png)$/i;

/** The group of a folder that gives itself no name. Not the folder's own: the same data elsewhere are the same. */
const UNNAMED = 'images';

/**
 * The labelled images of a folder: by its `index.json`, else by the layout of the Medical Segmentation
 * Decathlon (`imagesTr/`, `labelsTr/` with files of one name, `dataset.json` with the structures' names;
 * nnU-Net's `_0000` is understood), else `NAME_img.*` beside `NAME_lab.*`. An image without a label map
 * is a case too: its `load()` says so. Without an index each file counts as a patient of its own, all are one group (the
 * `name` of `dataset.json`, else `images`), and a PNG's spacing is not known.
 *
 * @throws ClicksegError `invalid-file` where there are no images, or none of the split, or two of one name
 */
export function loadFolder(folder: string, options: FolderOptions = {}): LabelledCase[] {
  const cases = existsSync(join(folder, 'index.json'))
    ? loadIndex(folder).filter((c) => options.split === undefined || c.split === options.split)
    : loadPairs(folder);
  if (cases.length === 0) {
    const of = options.split === undefined ? '' : ` of split '${options.split}'`;
    throw new ClicksegError('invalid-file', `${folder}: no labelled images (NIfTI or PNG)${of} in it`);
  }
  return cases;
}

function loadPairs(folder: string): LabelledCase[] {
  const { name: group = UNNAMED, labels } = readDescription(folder);
  const seen = new Map<string, string>();
  return pairs(folder).map((entry) => {
    const { case: name, image, label } = entry;
    const other = seen.get(name);
    if (other !== undefined) {
      throw new ClicksegError('invalid-file', `${folder}: ${other} and ${image} are both case ${name}`);
    }
    seen.set(name, image);
    return {
      case: name,
      group,
      patient: name,
      labels,
      spacingKnown: !isPicture(image),
      load: () => loadCase(folder, entry),
      contents: () => contentsOf([join(folder, image), join(folder, label)], []),
    };
  });
}

function pairs(folder: string): { case: string; image: string; label: string }[] {
  if (existsSync(join(folder, 'imagesTr'))) {
    return list(join(folder, 'imagesTr')).map((file) => {
      const label = file.replace(/_0000(?=\.)/, '');
      return { case: label.replace(IMAGE, ''), image: `imagesTr/${file}`, label: `labelsTr/${label}` };
    });
  }
  const images = list(folder).filter((file) => /_img\.(nii|nii\.gz|png)$/i.test(file));
  return images.map((file) => ({
    case: file.replace(IMAGE, '').replace(/_img$/i, ''),
    image: file,
    label: file.replace(/_img(?=\.(nii|nii\.gz|png)$)/i, '_lab'),
  }));
}

/** What a `dataset.json` says: its `labels` are id -> name in the Decathlon's and name -> id in nnU-Net's. */
function readDescription(folder: string): { name?: string; labels: Record<string, number> } {
  const path = join(folder, 'dataset.json');
  if (!existsSync(path)) return { labels: {} };
  try {
    const { name, labels = {} } = JSON.parse(readFileSync(path, 'utf8')) as {
      name?: unknown;
      labels?: Record<string, unknown>;
    };
    const pairs = Object.entries(labels).map(([key, value]): [string, number] =>
      typeof value === 'number' ? [key, value] : [String(value), Number(key)],
    );
    const words = typeof name === 'string' ? name.replaceAll(/\s+/g, ' ').trim() : '';
    return {
      ...(words === '' ? {} : { name: words }),
      labels: Object.fromEntries(pairs.filter(([, id]) => Number.isSafeInteger(id) && id > 0)),
    };
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
