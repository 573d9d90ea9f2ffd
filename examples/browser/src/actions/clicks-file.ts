import type { Click } from '@clickseg/guidance';
import { ClicksegError, describe } from '@clickseg/raster';
import type { InteractionJson } from '@clickseg/runtime';
import { LARGEST_LABEL } from '../files/labels.ts';

/** What "Save clicks" writes: each slice as the runtime's own JSON. */
export interface ClicksFile {
  readonly format: 'clickseg-clicks';
  readonly version: 1;
  readonly structures: readonly SavedStructure[];
}

export interface SavedStructure {
  readonly name: string;
  /** Its value in a label map. Files of before have none. */
  readonly label?: number;
  readonly color?: string;
  readonly locked: boolean;
  readonly slices: readonly (InteractionJson & { readonly slice: number })[];
  /** Of `examples/segment`'s files, which know no slices. */
  readonly clicks?: readonly Click[];
}

type Json = Record<string, unknown>;

/**
 * Reads a clicks file, this app's or `examples/segment`'s.
 * @param depth - how many slices the scan has
 * @throws ClicksegError `invalid-file` with the place in the file and the value there
 */
export function parseClicks(text: string, name: string, depth: number): ClicksFile {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (cause) {
    throw new ClicksegError('invalid-file', `${name}: not JSON (${(cause as Error).message})`, { cause });
  }
  const list = json?.['structures'];
  if (!Array.isArray(list) || list.length === 0) {
    throw refused(`${name}: structures`, 'a list with at least one entry', list);
  }
  const structures = list.map((each: Json, i) => {
    const place = `${name}: structures[${i}]`;
    if (typeof each?.['name'] !== 'string') throw refused(`${place}.name`, 'a text', each?.['name']);
    const color = each['color'] ?? each['colour'];
    const label = each['label'] as number;
    return {
      name: each['name'],
      label: Number.isInteger(label) && label > 0 && label <= LARGEST_LABEL ? label : undefined,
      color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : undefined,
      locked: each['locked'] === true,
      slices: parseSlices(each['slices'] ?? [], place, depth),
      clicks: each['clicks'] === undefined ? undefined : parseList(each['clicks'], `${place}.clicks`),
    };
  });
  return { format: 'clickseg-clicks', version: 1, structures };
}

function parseSlices(value: unknown, place: string, depth: number): SavedStructure['slices'] {
  if (!Array.isArray(value)) throw refused(`${place}.slices`, 'a list', value);
  for (const [i, each] of (value as ({ slice?: unknown } | null)[]).entries()) {
    const slice = each?.slice;
    if (Number.isInteger(slice) && (slice as number) >= 0 && (slice as number) < depth) continue;
    throw refused(`${place}.slices[${i}].slice`, `a slice of 0 to ${depth - 1}`, slice);
  }
  return value as SavedStructure['slices'];
}

function parseList(value: unknown, place: string): Click[] {
  if (!Array.isArray(value)) throw refused(place, 'a list', value);
  return value.map((click: Partial<Click>, i) => {
    const { x, y, label } = click ?? {};
    const right =
      Number.isFinite(x) && Number.isFinite(y) && (label === 'foreground' || label === 'background');
    if (!right) throw refused(`${place}[${i}]`, 'x, y and a label', click);
    return click as Click;
  });
}

function refused(place: string, expected: string, value: unknown): ClicksegError {
  return new ClicksegError('invalid-file', `${place}: expected ${expected}, got ${describe(value)}`);
}
