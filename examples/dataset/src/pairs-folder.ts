import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { unreadable } from './bytes.ts';
import { contentsOf } from './contents.ts';
import { type LabelledCase, loadCase, loadIndex } from './data-folder.ts';
import { isPicture } from './index-entry.ts';
import { hasIndex } from './splits.ts';

/** Which part of a folder to take. */
export interface FolderOptions {
  /** Of an `index.json`; folders without one have no splits. Default: all. */
  readonly split?: string;
}

const IMAGE = /\.(nii|nii\.gz|png)$/i;
const ENDINGS = ['.nii.gz', '.nii', '.png'] as const;

/** Two folders with files of one name, as they may be called. */
const FOLDERS = [
  ['imagesTr', 'labelsTr'],
  ['images', 'labels'],
] as const;

const EXPECTED = [
  'expected index.json',
  ...FOLDERS.map((parts) => parts.map((part) => `${part}/`).join(' and ')),
  'or NAME_img.nii.gz beside NAME_lab.nii.gz',
].join(', ');

/** The group of a folder that gives itself no name. Not the folder's own: the same data elsewhere are the same. */
const UNNAMED = 'images';

/**
 * The labelled images of a folder: by its `index.json`, else by the layout of the Medical Segmentation
 * Decathlon (`imagesTr/`, `labelsTr/`, or `images/`, `labels/`, with files of one name, `dataset.json` with the structures' names;
 * nnU-Net's `_0000` is understood), else `NAME_img.*` beside `NAME_lab.*`. A label map may be `.nii.gz` where its image
 * is `.nii`, and the other way round. An image without a label map is a case too, as is a label map without an image: its
 * `load()` says so. Without an index each file counts as a patient of its own, all are one group (the
 * `name` of `dataset.json`, else `images`), and a PNG's spacing is not known.
 *
 * @throws ClicksegError `invalid-file` where there are no images, saying what is there, or none of the split, or two of one name
 */
export function loadFolder(folder: string, options: FolderOptions = {}): LabelledCase[] {
  const { split } = options;
  if (!hasIndex(folder)) {
    const cases = loadPairs(folder);
    return someOf(cases, folder, '', cases.length > 0 ? '' : `: ${foundIn(folder)}; ${EXPECTED}`);
  }
  const all = loadIndex(folder);
  const splits = [...new Set(all.map((c) => c.split))].sort();
  const has = splits.length > 0 ? `; its index has ${splits.join(', ')}` : '';
  const cases = split === undefined ? all : all.filter((c) => c.split === split);
  return someOf(cases, folder, split === undefined ? '' : ` of split '${split}'`, has);
}

function someOf(cases: LabelledCase[], folder: string, of: string, has = ''): LabelledCase[] {
  if (cases.length > 0) return cases;
  throw new ClicksegError('invalid-file', `${folder}: no labelled images (NIfTI or PNG)${of} in it${has}`);
}

function loadPairs(folder: string): LabelledCase[] {
  const { name: group = UNNAMED, labels } = readDescription(folder);
  const seen = new Map<string, string>();
  return pairs(folder).map((entry) => {
    const { case: name, image, label, wrong, surplus } = entry;
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
      labelFile: label,
      surplus,
      spacingKnown: !isPicture(image),
      load: async () => {
        const why = surplus ?? wrong;
        if (why !== undefined) throw new ClicksegError('invalid-file', why);
        return loadCase(folder, entry);
      },
      contents: () => contentsOf([join(folder, image), join(folder, label)], []),
    };
  });
}

interface NamedPair {
  readonly case: string;
  readonly image: string;
  readonly label: string;
  /** Why the two are no labelled image, where their names say so already. */
  readonly wrong?: string;
  /** Why one of the two is alone beside others that are whole. */
  readonly surplus?: string;
}

function pairs(folder: string): NamedPair[] {
  const apart = foldersOf(folder);
  // Where they lie, and what their names end with before the ending of the format.
  const [images, labels] = apart
    ? apart.map((part) => filesOf(folder, `${part}/`, ''))
    : [filesOf(folder, '', '_img'), filesOf(folder, '', '_lab')];
  const paired = images.map(({ stem, file }): NamedPair => {
    const name = apart ? stem.replace(/_0000$/, '') : stem;
    const ending = IMAGE.exec(file)?.[0] ?? '';
    const own = labels.filter((l) => l.stem === name);
    // Of several the one with the image's ending, else in the order of ENDINGS.
    const label =
      [ending.toLowerCase(), ...ENDINGS].flatMap((e) =>
        own.filter((l) => l.file.toLowerCase().endsWith(e)),
      )[0]?.file ?? (apart ? `${apart[1]}/${name}${ending}` : `${name}_lab${ending}`);
    return {
      case: name,
      image: file,
      label,
      wrong: mixesFormats({ image: file, label }),
      surplus: own.length > 0 ? undefined : channelOf({ name, image: file }, labels),
    };
  });
  if (paired.length === 0) return [];
  const used = new Set(paired.map((pair) => pair.case));
  const alone = labels
    .filter(({ stem }, i) => !used.has(stem) && labels.findIndex((l) => l.stem === stem) === i)
    .map(({ stem, file }): NamedPair => {
      const image = apart ? `${apart[0]}/${stem}` : `${stem}_img`;
      const surplus = `${file}: its image is missing, ${image}.* is not there`;
      return { case: stem, image: `${image}${IMAGE.exec(file)?.[0]}`, label: file, surplus };
    });
  return [...paired, ...alone].sort((a, b) => (a.image < b.image ? -1 : 1));
}

/** The folders that images and label maps are apart in; undefined where they lie side by side. */
function foldersOf(folder: string): (typeof FOLDERS)[number] | undefined {
  const [decathlon, short] = FOLDERS;
  if (existsSync(join(folder, decathlon[0]))) return decathlon;
  // Anyone may keep such folders beside pairs.
  const both = short.every((part) => existsSync(join(folder, part)));
  return both && filesOf(folder, '', '_img').length === 0 ? short : undefined;
}

/** What a folder holds, for who expected images there: some names of files and folders. */
function foundIn(folder: string): string {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return names.length === 0 ? 'it is empty' : `found ${names.slice(0, 5).join(', ')}${more}`;
}

/** That an image is a further channel of one whose first is read. */
function channelOf(
  { name, image }: { name: string; image: string },
  labels: readonly { stem: string }[],
): string | undefined {
  const [, stem, channel] = /^(.*)_(\d{4})$/.exec(name) ?? [];
  if (!labels.some((l) => l.stem === stem)) return undefined;
  return `${image}: is channel ${channel} of ${stem}; only channel 0000 of an image is read`;
}

function mixesFormats({ image, label }: { image: string; label: string }): string | undefined {
  if (isPicture(image) === isPicture(label)) return undefined;
  return `${image} and ${label}: a PNG does not say how it lies in the body, so that one may be mirrored; save both as NIfTI or both as PNG`;
}

/** The images of a folder whose names end with a word, which is not part of their stem. */
function filesOf(folder: string, part: string, word: string): { stem: string; file: string }[] {
  const ends = new RegExp(`${word}$`, 'i');
  const path = join(folder, part);
  if (part === 'labelsTr/' && !existsSync(path)) return [];
  return list(path)
    .map((file) => ({ stem: file.replace(IMAGE, ''), file: `${part}${file}` }))
    .filter(({ stem }) => ends.test(stem))
    .map(({ stem, file }) => ({ stem: stem.replace(ends, ''), file }));
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
