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
}

/** A table of the report, once as HTML, once as Markdown, once as CSV. */
export interface Table {
  /** Of its files. */
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, TableCell>>[];
}

/** A cell in words: an estimate with its interval, and how many values were undefined. */
export function cellText(
  cell: TableCell,
  { digits = 3, least = Number.NEGATIVE_INFINITY }: Omit<Column, 'key' | 'label'> = {},
): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return cell < least ? `< ${least}` : number(cell, digits);
  const { mean, low, high, undefinedCount } = cell;
  const range =
    low === undefined || high === undefined ? '' : ` (${number(low, digits)}–${number(high, digits)})`;
  return `${number(mean, digits)}${range}${undefinedCount > 0 ? ` [${undefinedCount} undef.]` : ''}`;
}

function number(value: number, digits: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  return Number.isInteger(value) && digits === 0 ? String(value) : value.toFixed(digits);
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

/** Every figure in full; an estimate in a column each for mean, interval, values, undefined ones and patients. */
export function tableCsv({ columns, rows }: Table): string {
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
