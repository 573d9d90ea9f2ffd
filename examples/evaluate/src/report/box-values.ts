import { summarize } from '@clickseg/metrics';
import type { Box } from '../figures/boxes.ts';
import { UNITS } from '../run/record.ts';
import type { Tally } from '../tally/tally.ts';
import { byNaturalOrder } from './natural-order.ts';

const MOST_ROWS = 40;
const MOST_OUTLIERS = 100;
/** Of fewer values every one is drawn instead. */
const LEAST_FOR_A_BOX = 5;

export type BoxMeasure = 'dice' | 'hausdorff' | 'meanDistance';

/** A structure of a group, and on how many slices it was evaluated. */
interface Row {
  readonly group: string;
  readonly structure: string;
  readonly slices: number;
}

/** The rows of Fig. 8. */
export interface BoxRows {
  /** From top to bottom: each group's name above its structures. */
  readonly rows: readonly string[];
  /** How many structures stand on fewer slices and so are not among them. */
  readonly left: number;
}

/** The structures on the most slices under a method, by group and name. */
export function boxRows(tally: Tally, method: string): BoxRows {
  const found = new Map<string, Row>();
  for (const { group, structure, method: of, count } of tally.cells) {
    if (of !== method) continue;
    const key = `${group}\n${structure}`;
    found.set(key, { group, structure, slices: (found.get(key)?.slices ?? 0) + count });
  }
  const byName = ([a]: [string, Row], [b]: [string, Row]) => byNaturalOrder(a, b);
  const bySize = [...found].sort((a, b) => b[1].slices - a[1].slices || byName(a, b));
  const kept = bySize.slice(0, MOST_ROWS).sort(byName);
  const rows: string[] = [];
  let last = '';
  for (const [, { group, structure, slices }] of kept) {
    if (group !== last) rows.push(`${group}\t${group}`);
    last = group;
    rows.push(rowOf(group, structure, slices));
  }
  return { rows, left: bySize.length - kept.length };
}

const rowOf = (group: string, structure: string, slices: number) =>
  `${group}\t${structure.replaceAll('_', ' ')} (${slices})`;

/** The boxes of one method at the table's clicks, for some of the rows. */
export function boxesOf(tally: Tally, method: string, measure: BoxMeasure, rows: readonly string[]): Box[] {
  const { cells } = tally;
  const byRow = new Map<string, { slices: number; values: number[] }>();
  const units = measure === 'dice' ? UNITS.score : UNITS.mm;
  for (let i = 0; i < tally.rows.length; i++) {
    const cell = cells[tally.rows.cell[i]];
    if (cell.method !== method) continue;
    const key = `${cell.group}\n${cell.structure}`;
    const row = byRow.get(key) ?? { slices: 0, values: [] };
    byRow.set(key, row);
    row.slices++;
    if (tally.rows[measure][i] >= 0) row.values.push(tally.rows[measure][i] / units);
  }
  return [...byRow].sort().flatMap(([key, { slices, values }]) => {
    const [group, structure] = key.split('\n');
    const row = rowOf(group, structure, slices);
    return rows.includes(row) && values.length > 0 ? [boxOf(row, values)] : [];
  });
}

/** Quartiles, whiskers and what lies beyond; the values themselves where they are few. */
export function boxOf(row: string, values: readonly number[]): Box {
  // Its interval of the mean is not drawn here: one resample is the least that it takes.
  const found = summarize(values, { unit: 'slice', resamples: 1 });
  const { q1, median, q3, whiskerLow: low, whiskerHigh: high, outliers } = found;
  if (values.length === 1) return { row, median, points: [] };
  if (values.length < LEAST_FOR_A_BOX) return { row, median, points: [...values].sort((a, b) => a - b) };
  return { row, median, quartiles: { low, q1, q3, high }, points: thin(outliers) };
}

/** Evenly along the sorted values, both ends kept. */
function thin(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= MOST_OUTLIERS) return sorted;
  return Array.from(
    { length: MOST_OUTLIERS },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (MOST_OUTLIERS - 1))],
  );
}
