import { UNITS } from '../run/record.ts';
import type { Cell } from './cell.ts';
import { type Draws, type Estimate, estimate, type PatientSum } from './estimate.ts';
import { apartFrom } from './pixel-groups.ts';
import type { Tally } from './tally.ts';

/** What can be averaged over cells. */
export const MEASURES = ['dice', 'hausdorff', 'meanDistance', 'surfaceDice'] as const;
export type Measure = (typeof MEASURES)[number];

/** Which records a mean is taken over: a method's, all or those of a group, and of it those of a structure or a patient. */
export type Selection = { readonly method: string } & (
  | { readonly group?: undefined; readonly structure?: undefined; readonly patient?: undefined }
  | { readonly group: string; readonly structure?: string; readonly patient?: undefined }
  | { readonly group: string; readonly structure?: undefined; readonly patient: string }
);

/** Means of a tally, each with its interval. */
export interface Measures {
  /**
   * After `clicks`, which must be among those asked for unless the measure is Dice. Over all groups, measures in mm (all but
   * Dice: the tolerance of surface Dice is one too) are of the groups of known spacing alone; of all where it is known of none.
   */
  of(measure: Measure, clicks: number, where: Selection): Estimate;
  /** Clicks to the n-th target. */
  clicksTo(target: number, where: Selection): Estimate;
  /** Share that never reached it. */
  failures(target: number, where: Selection): Estimate;
}

export function measuresOf(tally: Tally, draws: Draws): Measures {
  const select = cellIndex(tally.cells);
  const apart = new Set(apartFrom([...new Set(tally.cells.map(({ group }) => group))], [tally.header]));
  const inMm = (where: Selection) =>
    where.group === undefined ? select(where).filter(({ group }) => !apart.has(group)) : select(where);
  const whole = (pick: (cell: Cell) => number, where: Selection, units: number) =>
    estimate(
      perPatient(select(where), (cell) => [pick(cell), cell.count, 0]),
      units,
      draws,
    );
  return {
    of(measure, clicks, where) {
      if (measure === 'dice') return whole((cell) => cell.dice[clicks - 1], where, UNITS.score);
      const at = tally.clicks.indexOf(clicks);
      const sums = perPatient(inMm(where), (cell) => {
        const { sum, count } = cell[measure];
        return [sum[at], count[at], cell.count - count[at]];
      });
      return estimate(sums, measure === 'surfaceDice' ? UNITS.score : UNITS.mm, draws);
    },
    clicksTo: (target, where) => whole((cell) => cell.clicksTo[target], where, 1),
    failures: (target, where) => whole((cell) => cell.failures[target], where, 1),
  };
}

/** Finds cells without looking at all of them: a report asks for every patient and every structure. */
function cellIndex(cells: readonly Cell[]): (where: Selection) => readonly Cell[] {
  const index = new Map<string, Cell[]>();
  const keyOf = (...parts: (string | undefined)[]) => parts.map((part) => part ?? '').join('\n');
  for (const cell of cells) {
    const { method, group, structure, patient } = cell;
    const keys = [
      keyOf(method),
      keyOf(method, group),
      keyOf(method, group, structure),
      keyOf(method, group, undefined, patient),
    ];
    for (const key of keys) {
      const list = index.get(key);
      if (list) list.push(cell);
      else index.set(key, [cell]);
    }
  }
  return ({ method, group, structure, patient }) => {
    const parts = [method, group, structure, patient];
    while (parts[parts.length - 1] === undefined) parts.pop();
    return index.get(keyOf(...parts)) ?? [];
  };
}

function perPatient(
  cells: readonly Cell[],
  take: (cell: Cell) => [sum: number, count: number, undefinedCount: number],
) {
  const patients = new Map<string, { patient: string; sum: number; count: number; undefinedCount: number }>();
  for (const cell of cells) {
    const [sum, count, undefinedCount] = take(cell);
    // Two groups may number their patients alike.
    const key = `${cell.group}\n${cell.patient}`;
    const all = patients.get(key) ?? { patient: key, sum: 0, count: 0, undefinedCount: 0 };
    patients.set(key, all);
    all.sum += sum;
    all.count += count;
    all.undefinedCount += undefinedCount;
  }
  return [...patients.values()] satisfies PatientSum[];
}
