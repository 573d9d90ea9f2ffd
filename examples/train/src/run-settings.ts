import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import type { OpenedCase } from './open-folder.ts';
import { ifMissing } from './run-folder.ts';
import { writeWhole } from './write-whole.ts';

/** What a run's results depend on, by name; JSON. */
export type RunSettings = Readonly<Record<string, unknown>>;

/**
 * Writes down what a run is made from, or compares it with what is written there: a folder that was begun with another
 * setting, or with other scans, is not gone on with.
 *
 * @param name - of the file, `fit.json`
 * @throws ClicksegError `invalid-option`, naming what differs
 */
export async function keepSettings(folder: string, name: string, settings: RunSettings): Promise<void> {
  const path = join(folder, name);
  const mine = JSON.parse(JSON.stringify(settings)) as RunSettings;
  const before = await readSettings(path);
  if (before === undefined) return writeWhole(path, `${JSON.stringify(mine, undefined, 1)}\n`);
  const differing = [...new Set([...Object.keys(before), ...Object.keys(mine)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(mine[key]),
  );
  if (differing.length === 0) return;
  const shown = differing.map((key) => describeChange(key, before[key], mine[key])).join('; ');
  throw new ClicksegError(
    'invalid-option',
    `${folder} was begun otherwise: ${shown} (see its ${name}). Name another --out, or remove it`,
  );
}

/** What a run was begun with; undefined where there is none. */
export async function readSettings(path: string): Promise<RunSettings | undefined> {
  const text = await readFile(path, 'utf8').catch(ifMissing(undefined));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as RunSettings;
  } catch (cause) {
    throw new ClicksegError('invalid-file', `${path}: ${(cause as Error).message}`, { cause });
  }
}

/** What a network learns from, or is measured on: each scan by its content, its patient and its place among the others. */
export function casesFor(cases: readonly OpenedCase[]): RunSettings[string] {
  return cases
    .map(({ case: name, patient, group, spacing, digest }) => ({
      case: name,
      patient,
      group,
      spacing,
      digest,
    }))
    .sort((a, b) => (a.case < b.case ? -1 : 1));
}

function describeChange(key: string, before: unknown, now: unknown): string {
  const [old, mine] = [before, now].map((value) => JSON.stringify(value) ?? 'none');
  return old.length + mine.length < 80 ? `${key} ${old}, now ${mine}` : `other ${key}`;
}
