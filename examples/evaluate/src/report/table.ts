import { toCsv as csv, type Row } from '@clickseg/metrics';
import type { Estimate } from '../tally/estimate.ts';

export type TableCell = string | number | Estimate | undefined;

export interface Column {
  readonly key: string;
  readonly label: string;
  /** Decimals; default 3. */
  readonly digits?: number;
  /** Numbers below it are only said to be so, such as small p. */
  readonly least?: number;
  /** What repeats the row above is not said again; columns from the left. */
  readonly merge?: boolean;
  /** Words that may break into lines. */
  readonly wrap?: boolean;
}

/** A table of the report, once as HTML, once as Markdown, once as CSV. */
export interface Table {
  /** Of its files. */
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, TableCell>>[];
  /** The method whose rows stand out. */
  readonly own?: string;
}

/** A cell in words: an estimate with its interval, and how many values were undefined. */
export function cellText(
  cell: TableCell,
  { digits = 3, least = Number.NEGATIVE_INFINITY }: Omit<Column, 'key' | 'label'> = {},
): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return cell < least ? `< ${least}` : number(cell, digits);
  return `${number(cell.mean, digits)}${intervalText(cell, { digits })}${undefinedText(cell)}`;
}

/**
 * ` (low to high)`, or ` (n/a)` where there is no interval of a mean that there is. A dash between them would be a minus
 * where they are below 0.
 */
export function intervalText(
  { mean, low, high }: Estimate,
  { digits = 3 }: { digits?: number } = {},
): string {
  if (!Number.isFinite(mean)) return '';
  if (low === undefined || high === undefined) return ' (n/a)';
  return ` (${number(low, digits)} to ${number(high, digits)})`;
}

/** How many values are in no mean, or nothing. */
export const undefinedText = ({ undefinedCount }: Estimate): string =>
  undefinedCount > 0 ? ` [${undefinedCount} undef.]` : '';

function number(value: number, digits: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  const text = Number.isInteger(value) && digits === 0 ? String(value) : value.toFixed(digits);
  // What rounds to 0 has no sign.
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** As GitHub reads it. */
export function tableMarkdown({ title, note, columns, rows }: Table, headed = true): string {
  const line = (cells: readonly string[]) => `| ${cells.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`;
  const left = (key: string) => rows.every((r) => typeof r[key] === 'string' || r[key] === undefined);
  return [
    ...(headed ? [`### ${title}`, ''] : []),
    line(columns.map((c) => c.label)),
    line(columns.map((c) => (left(c.key) ? '---' : '---:'))),
    ...rows.map((r) => line(columns.map((c) => cellText(r[c.key], c)))),
    '',
    note,
    '',
  ].join('\n');
}

/** Of how many rows, from each row on, a column's cell is the same: 0 where it belongs to the one above. */
export function spansOf({ columns, rows }: Table, key: string): number[] {
  const merged = columns.filter(({ merge }) => merge).map((c) => c.key);
  const compared = merged.slice(0, merged.indexOf(key) + 1);
  const spans = rows.map(() => 1);
  if (compared.length === 0) return spans;
  for (let r = rows.length - 1; r > 0; r--) {
    if (compared.some((k) => rows[r][k] !== rows[r - 1][k])) continue;
    spans[r - 1] += spans[r];
    spans[r] = 0;
  }
  return spans;
}

/** Every figure in full; an estimate in a column each for mean, interval, values, undefined ones and patients. */
export function tableCsv({ columns, rows }: Table): string {
  if (rows.length === 0) return `${columns.map(({ key }) => key).join(',')}\r\n`;
  const estimates = new Set(
    columns.filter(({ key }) => rows.some((r) => typeof r[key] === 'object')).map(({ key }) => key),
  );
  return csv(
    rows.map((row) => {
      const flat: Record<string, Row[string]> = {};
      for (const { key } of columns) {
        const cell = row[key];
        const e = typeof cell === 'object' ? cell : undefined;
        flat[key] = e ? e.mean : (cell as string | number | undefined);
        if (!estimates.has(key)) continue;
        Object.assign(flat, {
          [`${key}_low`]: e?.low,
          [`${key}_high`]: e?.high,
          [`${key}_n`]: e?.count,
          [`${key}_undefined`]: e?.undefinedCount,
          [`${key}_patients`]: e?.patients,
        });
      }
      return flat;
    }),
  );
}
