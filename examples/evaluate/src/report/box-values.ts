import { summarize } from '@clickseg/metrics';
import type { Box } from '../figures/boxes.ts';
import { UNITS } from '../run/record.ts';
import type { Tally } from '../tally/tally.ts';

const MOST_ROWS = 40;
const MOST_OUTLIERS = 100;

/** The boxes of one method at the table's clicks: the structures on the most slices, in order of their names. */
export function boxesOf(
  tally: Tally,
  method: string,
  measure: 'dice' | 'hausdorff' | 'meanDistance',
): { readonly boxes: Box[]; readonly left: number } {
  const { rows, cells } = tally;
  const byRow = new Map<string, number[]>();
  const units = measure === 'dice' ? UNITS.score : UNITS.mm;
  for (let i = 0; i < rows.length; i++) {
    const cell = cells[rows.cell[i]];
    if (cell.method !== method || rows[measure][i] < 0) continue;
    const row = `${cell.structure} (${cell.group})`;
    const values = byRow.get(row);
    if (values) values.push(rows[measure][i] / units);
    else byRow.set(row, [rows[measure][i] / units]);
  }
  const bySize = [...byRow].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const kept = bySize.slice(0, MOST_ROWS).sort(([a], [b]) => (a < b ? -1 : 1));
  const boxes = kept.map(([row, values]) => {
    // Its interval of the mean is not drawn here: one resample is the least that it takes.
    const { whiskerLow, q1, median, q3, whiskerHigh, outliers } = summarize(values, {
      unit: 'slice',
      resamples: 1,
    });
    return { row, low: whiskerLow, q1, median, q3, high: whiskerHigh, outliers: thin(outliers) };
  });
  return { boxes, left: bySize.length - kept.length };
}

/** Evenly along the sorted values, both ends kept. */
function thin(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= MOST_OUTLIERS) return sorted;
  return Array.from(
    { length: MOST_OUTLIERS },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (MOST_OUTLIERS - 1))],
  );
}
