import { readLine } from '../run/read-records.ts';
import { type InteractionRecord, UNITS } from '../run/record.ts';
import type { Tally } from '../tally/tally.ts';

export type CaseKind = 'best' | 'median' | 'worst';

/** A case for the gallery. */
export interface SelectedCase {
  readonly kind: CaseKind;
  readonly dice: number;
  readonly record: InteractionRecord;
}

/** The best, the median and the worst of a group under one method, by Dice at the table's clicks; the same whatever the records' order. */
export function selectCases(tally: Tally, group: string, method: string): SelectedCase[] {
  const { rows, cells } = tally;
  const of: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const cell = cells[rows.cell[i]];
    if (cell.group === group && cell.method === method) of.push(i);
  }
  if (of.length === 0) return [];
  of.sort((a, b) => rows.dice[b] - rows.dice[a] || rows.tie[a] - rows.tie[b]);
  const places: [CaseKind, number][] = [
    ['best', 0],
    ['worst', of.length - 1],
    ['median', Math.floor((of.length - 1) / 2)],
  ];
  const used = new Set<number>();
  return places.flatMap(([kind, at]) => {
    if (used.has(at)) return [];
    used.add(at);
    const row = of[at];
    const place = { path: tally.paths[rows.file[row]], offset: rows.offset[row], length: rows.bytes[row] };
    return [{ kind, dice: rows.dice[row] / UNITS.score, record: readLine(place) as InteractionRecord }];
  });
}
