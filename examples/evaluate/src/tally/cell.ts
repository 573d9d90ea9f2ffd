import { type InteractionRecord, UNITS } from '../run/record.ts';

/** Overlaps (intersection over union, the field's) whose clicks are counted. */
export const TARGETS = [0.8, 0.85, 0.9] as const;

/**
 * The same as Dice, in the units that records keep: turned back into an overlap, a rounded Dice may miss one that it
 * reaches exactly.
 */
const DICE_TARGETS = TARGETS.map((t) => Math.round(((2 * t) / (1 + t)) * UNITS.score));

/** Sums over the records of one group, patient, structure and method, in whole units: their order does not matter. */
export interface Cell {
  readonly group: string;
  readonly patient: string;
  readonly structure: string;
  readonly method: string;
  count: number;
  /** After click 1, 2, ... */
  readonly dice: Float64Array;
  /** At the settings' clicks. */
  readonly hausdorff: Partial;
  readonly meanDistance: Partial;
  readonly surfaceDice: Partial;
  /** Of each target: clicks to it, those that never got there counting as the most; and how many those are. */
  readonly clicksTo: Float64Array;
  readonly failures: Float64Array;
  /** Predictions made and their time. Kept apart from the report. */
  predictions: number;
  ms: number;
}

/** A sum of values of which some are undefined. */
export interface Partial {
  readonly sum: Float64Array;
  readonly count: Float64Array;
}

export function createCell(
  name: Pick<Cell, 'group' | 'patient' | 'structure' | 'method'>,
  clicks: readonly number[],
): Cell {
  const most = clicks[clicks.length - 1];
  const partial = () => ({ sum: new Float64Array(clicks.length), count: new Float64Array(clicks.length) });
  return {
    ...name,
    count: 0,
    dice: new Float64Array(most),
    hausdorff: partial(),
    meanDistance: partial(),
    surfaceDice: partial(),
    clicksTo: new Float64Array(TARGETS.length),
    failures: new Float64Array(TARGETS.length),
    predictions: 0,
    ms: 0,
  };
}

/** Adds a record. An annotator who was done early keeps the last score. */
export function addToCell(cell: Cell, record: InteractionRecord): void {
  const { dice } = record;
  const most = cell.dice.length;
  cell.count++;
  let reached = 0;
  for (let n = 0; n < most; n++) {
    const score = Math.round(dice[n < dice.length ? n : dice.length - 1] * UNITS.score);
    cell.dice[n] += score;
    while (reached < TARGETS.length && score >= DICE_TARGETS[reached]) cell.clicksTo[reached++] += n + 1;
  }
  for (; reached < TARGETS.length; reached++) {
    cell.clicksTo[reached] += most;
    cell.failures[reached]++;
  }
  addPartial(cell.hausdorff, record.hausdorff, UNITS.mm);
  addPartial(cell.meanDistance, record.meanDistance, UNITS.mm);
  addPartial(cell.surfaceDice, record.surfaceDice, UNITS.score);
  cell.predictions += record.clicks.length;
  cell.ms += record.ms;
}

function addPartial({ sum, count }: Partial, values: readonly (number | null)[], units: number): void {
  for (let i = 0; i < sum.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    sum[i] += Math.round(value * units);
    count[i]++;
  }
}
