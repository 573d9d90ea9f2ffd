import type { PlacedClick } from '@clickseg/guidance';
import { ClicksegError, describe } from '@clickseg/raster';
import type { InteractionJson } from '@clickseg/runtime';
import { liesOn } from '../state/lies-on.ts';
import { placed } from '../state/structure.ts';
import { LARGEST_LABEL } from './labels.ts';

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
}

/** A structure as it was read; nothing of it lies outside of the scan. */
export interface ReadStructure {
  readonly name: string;
  readonly label?: number;
  readonly color?: string;
  readonly locked: boolean;
  readonly slices: readonly ReadSlice[];
}

export interface ReadSlice {
  readonly slice: number;
  readonly clicks: readonly PlacedClick[];
  /** As the runtime wrote it; `examples/segment`'s files have clicks alone. */
  readonly saved?: InteractionJson;
}

/** The scan that clicks are read for. */
export interface ClicksTarget {
  readonly depth: number;
  /** `[height, width]` of a slice. */
  readonly shape: readonly [number, number];
  /** Where clicks without a slice go. */
  readonly shown: number;
  /** How many structures there are already. */
  readonly structures: number;
}

type Json = Record<string, unknown>;

/**
 * Reads a clicks file, this app's or `examples/segment`'s, and checks all of it against the scan.
 * @throws ClicksegError `invalid-file` with the structure, the place in the file and the value there
 */
export function parseClicks(text: string, name: string, target: ClicksTarget): readonly ReadStructure[] {
  let json: Json;
  try {
    // Windows' editors put a byte order mark before it.
    json = JSON.parse(text.replace(/^\uFEFF/, '')) as Json;
  } catch (cause) {
    throw new ClicksegError('invalid-file', `${name}: not JSON (${(cause as Error).message})`, { cause });
  }
  const list = json?.['structures'];
  if (!Array.isArray(list) || list.length === 0) {
    throw refused(`${name}: structures`, 'a list with at least one entry', describe(list));
  }
  // Each takes a label of its own.
  const most = LARGEST_LABEL - target.structures;
  if (list.length > most) throw refused(`${name}: structures`, `at most ${most} of them`, `${list.length}`);
  return list.map((each: Json, i) => parseStructure(each, `${name}: structures[${i}]`, target));
}

function parseStructure(value: Json, place: string, target: ClicksTarget): ReadStructure {
  const { name, label, slices, clicks, locked = false } = value ?? {};
  if (typeof name !== 'string') throw refused(`${place}.name`, 'a text', describe(name));
  const named = `${place} (${name})`;
  const color = value['color'] ?? value['colour'];
  if (label != null && !(Number.isInteger(label) && inside(label, 1, LARGEST_LABEL))) {
    throw refused(`${named} label`, `a whole number of 1 to ${LARGEST_LABEL}`, describe(label));
  }
  if (typeof locked !== 'boolean') throw refused(`${named} locked`, 'true or false', describe(locked));
  const read = parseSlices(slices ?? [], named, target);
  if (clicks !== undefined) {
    const { shown, shape } = target;
    if (read.some(({ slice }) => slice === shown)) {
      throw refused(named, 'clicks or slices', `both for slice ${shown}`);
    }
    read.push({ slice: shown, clicks: placed(parseList(clicks, `${named} clicks`, shape)) });
  }
  return {
    name,
    label: (label as number | null | undefined) ?? undefined,
    // A colour that cannot be shown is no reason to refuse clicks: it gets the next one.
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : undefined,
    locked,
    slices: read,
  };
}

function parseSlices(value: unknown, place: string, { depth, shape }: ClicksTarget): ReadSlice[] {
  if (!Array.isArray(value)) throw refused(`${place} slices`, 'a list', describe(value));
  const seen = new Set<unknown>();
  return value.map((each: Json | null, i) => {
    const at = `${place} slices[${i}]`;
    const { slice, clicks, image } = each ?? {};
    if (!Number.isInteger(slice) || !inside(slice, 0, depth - 1)) {
      throw refused(`${at}.slice`, `a slice of 0 to ${depth - 1}`, describe(slice));
    }
    if (seen.has(slice)) throw refused(`${at}.slice`, 'each slice once', `${slice} again`);
    seen.add(slice);
    const made = (image as Json | undefined)?.['shape'];
    if (`${made}` !== `${shape}`) throw refused(`${at}.image.shape`, describe(shape), describe(made));
    return {
      slice: slice as number,
      clicks: parseList(clicks, `${at}.clicks`, shape),
      saved: each as unknown as InteractionJson,
    };
  });
}

function parseList(value: unknown, place: string, shape: ClicksTarget['shape']): PlacedClick[] {
  if (!Array.isArray(value)) throw refused(place, 'a list', describe(value));
  const [height, width] = shape;
  return value.map((click: Partial<PlacedClick> | null, i) => {
    const { x, y, label } = click ?? {};
    const at = `${place}[${i}]`;
    if (label !== 'foreground' && label !== 'background') {
      throw refused(`${at}.label`, '"foreground" or "background"', describe(label));
    }
    if (!liesOn({ x, y }, shape)) {
      const where = `x ${describe(x)}, y ${describe(y)}`;
      throw refused(at, `a pixel of the slice, ${width} × ${height}`, where);
    }
    return click as PlacedClick;
  });
}

const inside = (value: unknown, least: number, most: number): boolean =>
  (value as number) >= least && (value as number) <= most;

function refused(place: string, expected: string, got: string): ClicksegError {
  return new ClicksegError('invalid-file', `${place}: expected ${expected}, got ${got}`);
}
