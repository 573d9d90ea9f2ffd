import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import type { ModelMetadata } from '@clickseg/runtime';
import type { OpenedCase } from './open-folder.ts';
import { readTextIfThere } from './read-if-there.ts';
import { spacingOf } from './spacing-of.ts';
import { writeWhole } from './write-whole.ts';

/** What a run's results depend on, by name; JSON. */
export type RunSettings = Readonly<Record<string, unknown>>;

/**
 * Compares what a run is made from with what is written in its folder: one that was begun with another setting, or with other
 * scans, is not gone on with.
 *
 * @param name - of the file, `fit.json`
 * @returns what writes it down where there is nothing yet, for when there is something to go on with
 * @throws ClicksegError `invalid-option`, naming what differs
 */
export async function compareSettings(
  folder: string,
  name: string,
  settings: RunSettings,
): Promise<() => Promise<void>> {
  const path = join(folder, name);
  const mine = JSON.parse(JSON.stringify(settings)) as RunSettings;
  const before = await readSettings(path);
  if (before === undefined) return () => writeWhole(path, `${JSON.stringify(mine, undefined, 1)}\n`);
  const differing = differences(before, mine);
  if (differing.length === 0) return async () => {};
  const shown = differing.join('; ');
  throw new ClicksegError(
    'invalid-option',
    `${folder} was begun otherwise: ${shown} (see its ${name}). Name another --out, or remove the folder`,
  );
}

/** What a run was begun with; undefined where there is none. @throws ClicksegError `invalid-file` for what is no JSON object */
export async function readSettings(path: string): Promise<RunSettings | undefined> {
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  const settings = parse(path, text);
  if (isRecord(settings)) return settings;
  throw new ClicksegError('invalid-file', `${path}: ${text.slice(0, 40).trim()} is no JSON object`);
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClicksegError('invalid-file', `${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * What a network learns from, or is measured on: each scan by its content and its patient, sorted by name.
 * @param metadata - the model's; to one that zooms it makes no difference whether a spacing is known or 1 mm stands in for it
 */
export function casesFor(
  cases: readonly OpenedCase[],
  { zoom }: Pick<ModelMetadata, 'zoom'>,
): RunSettings[string] {
  return cases
    .map((entry) => ({
      case: entry.case,
      patient: entry.patient,
      group: entry.group,
      spacing: (zoom ? entry.spacing : spacingOf(entry)) ?? null,
      digest: entry.digest,
    }))
    .sort((a, b) => (a.case < b.case ? -1 : 1));
}

/** In which order scans come, as what is drawn from them depends on it: a digest of their names, for the key `order`. */
export function orderOf(cases: readonly OpenedCase[]): string {
  const names = JSON.stringify(cases.map((entry) => [entry.group, entry.case]));
  return createHash('sha256').update(names).digest('hex').slice(0, 16);
}

/** What differs; the order of the cases counts where nothing else does. */
function differences(
  { order: orderBefore, ...before }: RunSettings,
  { order, ...mine }: RunSettings,
): string[] {
  const differing = changes('', before, mine);
  // A folder of an earlier version does not say in which order its scans came.
  if (differing.length > 0 || orderBefore === undefined || orderBefore === order) return differing;
  return ['cases in another order'];
}

/** What differs, each by its path: `set.shape [64,64], now [32,32]`. */
function changes(key: string, before: unknown, now: unknown): string[] {
  const [old, mine] = [before, now].map((value) => JSON.stringify(value) ?? 'none');
  if (old === mine) return [];
  if (isRecord(before) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((name) => changes(key === '' ? name : `${key}.${name}`, before[name], now[name]));
  }
  if (Array.isArray(before) && Array.isArray(now) && sameItems(before, now))
    return [`${key} in another order`];
  return [old.length + mine.length < 80 ? `${key} ${old}, now ${mine}` : `other ${key}`];
}

function sameItems(...lists: readonly (readonly unknown[])[]): boolean {
  const [a, b] = lists.map((list) => String(list.map((item) => JSON.stringify(item)).sort()));
  return a === b;
}

function isRecord(value: unknown): value is RunSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
