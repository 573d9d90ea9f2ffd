import type { Click, PlacedClick } from '@clickseg/guidance';
import { type MaskBox, NOTHING } from './mask-box.ts';

/** What was done on one slice for one structure. Never changed; an edit makes another. */
export interface SliceWork {
  readonly clicks: readonly PlacedClick[];
  readonly mask: MaskBox;
  /** Whether the mask answers to the clicks; false while a prediction is to come. */
  readonly answered: boolean;
  /** Whose mask it is: the clicks', a neighbouring slice's, or a label map's, for which no clicks are known yet. */
  readonly source: 'clicks' | 'carried' | 'file';
  /** Ids of clicks that nobody placed: those of a mask that was carried here, or found for one of a file. Default none. */
  readonly given?: readonly number[];
  /** Another for each edit but a drag's steps, so that an answer to what was undone meanwhile is told apart. */
  readonly edit: number;
}

/** One structure that is being outlined. Never changed; an edit makes another. */
export interface Structure {
  readonly id: number;
  /** Another for each that is made, so that one with the id of an old one is told apart. */
  readonly made: number;
  readonly name: string;
  /** Its value in a label map, from 1 on; no other structure's. Kept whatever becomes of the others. */
  readonly label: number;
  readonly color: string;
  readonly visible: boolean;
  /** Locked: it takes no edits, and its pixels belong to no other structure. */
  readonly locked: boolean;
  readonly slices: ReadonlyMap<number, SliceWork>;
  /** The label of the ground truth that it is measured against; `undefined`: the one it overlaps most. */
  readonly truth?: number;
}

// Okabe and Ito's colours, told apart by colour-blind readers too; the first ones stand out on grey.
const COLORS = ['#f0e442', '#56b4e9', '#e69f00', '#cc79a7', '#2bc49a', '#ff7f45', '#a9c1ff', '#b8e986'];

let edits = 0;
/** A number no other edit has. */
export const nextEdit = (): number => ++edits;

/** An empty structure with the next colour. @param label - the value wanted; default, or where it is taken: the lowest free */
export function newStructure(existing: readonly Structure[], name?: string, label?: number): Structure {
  const id = Math.max(0, ...existing.map((each) => each.id)) + 1;
  const used = new Set(existing.map(({ color }) => color));
  const free = (each: string) => !used.has(each);
  const color = COLORS.find(free) ?? HUES.find(free) ?? (HUES[id % HUES.length] as string);
  const taken = new Set(existing.map((each) => each.label));
  let lowest = 1;
  while (taken.has(lowest)) lowest++;
  return {
    id,
    made: nextEdit(),
    name: name ?? firstName(id),
    label: label === undefined || taken.has(label) ? lowest : label,
    color,
    visible: true,
    locked: false,
    slices: new Map(),
  };
}

/** By the golden angle each hue lies far from those before it. */
function hueColor(turn: number): string {
  const hue = (turn * 137.508) % 360;
  const [lightness, chroma] = [0.68, 0.3];
  const part = (at: number) => {
    const k = (at + hue / 30) % 12;
    return lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return `#${[0, 8, 4]
    .map((at) =>
      Math.round(255 * part(at))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

// From about 600 on the nearest ones round to one colour.
const HUES = Array.from({ length: 600 }, (_, turn) => hueColor(turn));

const firstName = (id: number): string => `Structure ${id}`;

/** A slice without anything done. */
export const untouched = (): SliceWork => ({
  clicks: [],
  mask: NOTHING,
  answered: true,
  source: 'clicks',
  edit: 0,
});

/** The clicks with ids of their own. */
export const placed = (clicks: readonly Click[]): PlacedClick[] =>
  clicks.map(({ x, y, label }, i) => ({ id: i + 1, x, y, label }));

/** All clicks of a structure that were placed on it, by a person or the paper's annotator. */
export const countClicks = ({ slices }: Structure): number =>
  [...slices.values()].reduce((sum, work) => sum + countPlaced(work), 0);

/** Those on one slice. */
export function countPlaced({ clicks, source, given = [] }: SliceWork): number {
  if (source === 'carried') return 0;
  return clicks.filter(({ id }) => !given.includes(id)).length;
}

/** The slices that have a mask which was carried to them, and no click since. */
export const countCarried = ({ slices }: Structure): number =>
  [...slices.values()].filter(({ source }) => source === 'carried').length;

/** All pixels inside a structure. */
export const countPixels = ({ slices }: Structure): number =>
  [...slices.values()].reduce((sum, { mask }) => sum + mask.pixels, 0);

/** Whether anything was done for a structure. */
export const hasWork = ({ slices }: Structure): boolean =>
  [...slices.values()].some(({ clicks, mask }) => clicks.length > 0 || mask.pixels > 0);

/** Whether a structure is as it came, and may make way: nothing done, no name given, not locked. */
export const isBlank = (structure: Structure): boolean =>
  !hasWork(structure) && !structure.locked && structure.name === firstName(structure.id);
