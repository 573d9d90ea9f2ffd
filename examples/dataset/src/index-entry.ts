import { ClicksegError, describe } from '@clickseg/raster';

/** A case as an `index.json` states it. */
export interface IndexEntry {
  readonly case: string;
  readonly split: string;
  readonly group: string;
  readonly patient: string;
  readonly kind: '2d' | '3d';
  readonly modality: string;
  /** Paths inside the folder. */
  readonly image: string;
  readonly label: string;
  /** Height and width of a picture; x, y, z of a volume. */
  readonly shape: readonly number[];
  /** mm, in the order of `shape`; counts where a header says otherwise. Null for a picture whose spacing is not known. */
  readonly spacing: readonly number[] | null;
  readonly labels: Record<string, { readonly id: number; readonly slices?: number }>;
  readonly dataset?: string;
  readonly licence?: string;
}

type Check = readonly [
  field: keyof IndexEntry,
  fits: (value: never, entry: IndexEntry) => boolean,
  what: string,
];

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const areNumbers = (value: unknown, n: number) =>
  Array.isArray(value) && value.length >= n && value.every((v) => Number.isFinite(v) && v > 0);
const axes = ({ kind }: IndexEntry) => (kind === '2d' ? 2 : 3);

const CHECKS: readonly Check[] = [
  ...(['case', 'split', 'group', 'patient', 'image', 'label'] as const).map(
    (field): Check => [field, isText, 'a text'],
  ),
  ['kind', (value: unknown) => value === '2d' || value === '3d', "'2d' or '3d'"],
  [
    'shape',
    (value: unknown, entry) => areNumbers(value, axes(entry)) && (value as number[]).every(Number.isInteger),
    'whole numbers: height, width of a picture; x, y, z of a volume',
  ],
  [
    'spacing',
    // A NIfTI would say otherwise, and 1 mm would be taken for it.
    (value: unknown, entry) => (value === null ? isPicture(entry.image) : areNumbers(value, axes(entry))),
    'mm in the order of shape, or null for a picture',
  ],
  [
    'labels',
    (value: unknown) =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((each) => Number.isInteger(each?.id) && each.id > 0),
    'structures\' names, each with an id: { "liver": { "id": 5 } }',
  ],
];

/** Whether a case's file is a picture, which has neither place nor spacing; by its name. */
export const isPicture = (name: string): boolean => /\.png$/i.test(name);

/** @throws ClicksegError `invalid-file`, naming the entry, the field and its value */
export function checkIndex(entries: unknown, path: string): readonly IndexEntry[] {
  if (!Array.isArray(entries)) {
    const form = '[{ "case": ..., "image": ..., "label": ..., ... }, ...]';
    throw new ClicksegError(
      'invalid-file',
      `${path}: ${describe(entries)} is no list of cases, expected ${form} (examples/train/README.md has an entry)`,
    );
  }
  for (const [i, entry] of entries.entries()) {
    if (typeof entry !== 'object' || entry === null) {
      throw new ClicksegError('invalid-file', `${path}: entry ${i} is ${describe(entry)}, no case`);
    }
    for (const [field, fits, what] of CHECKS) {
      if (fits(entry[field] as never, entry as IndexEntry)) continue;
      const name = isText(entry.case) ? ` (${entry.case})` : '';
      throw new ClicksegError(
        'invalid-file',
        `${path}: entry ${i}${name}: ${field} is ${describe(entry[field])}, expected ${what}`,
      );
    }
    checkIds(entry as IndexEntry, `${path}: entry ${i} (${entry.case})`);
  }
  checkNames(entries, path);
  return entries as IndexEntry[];
}

/** A voxel is of one structure. */
function checkIds({ labels }: IndexEntry, where: string): void {
  const names = new Map<number, string>();
  for (const [name, { id }] of Object.entries(labels)) {
    const other = names.get(id);
    if (other !== undefined) {
      throw new ClicksegError('invalid-file', `${where}: ${other} and ${name} both have the id ${id}`);
    }
    names.set(id, name);
  }
}

/** A case's id names one scan of its group. */
function checkNames(entries: readonly IndexEntry[], path: string): void {
  const seen = new Map<string, number>();
  for (const [i, { split, group, case: name }] of entries.entries()) {
    const key = JSON.stringify([split, group, name]);
    const other = seen.get(key);
    if (other !== undefined) {
      throw new ClicksegError(
        'invalid-file',
        `${path}: entries ${other} and ${i} are both case ${name} of group ${group}; each scan needs an id of its own`,
      );
    }
    seen.set(key, i);
  }
}
