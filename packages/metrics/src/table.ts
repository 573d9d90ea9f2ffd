import { ClicksegError, checkOptions, describe } from '@clickseg/raster';
import { listOfObjects } from './list-of-objects.ts';

/** One row of a table: flat, its keys the columns. */
export type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** Options of {@link toCsv} and {@link toMarkdown}. */
export interface TableOptions {
  /** Which columns, in which order; default every key, in order of first appearance. */
  readonly columns?: readonly string[];
}

/** Options of {@link toMarkdown}. */
export interface MarkdownOptions extends TableOptions {
  /** Decimals of numbers that are not whole; default 3. */
  readonly digits?: number;
}

/** Defaults of {@link MarkdownOptions}. */
export const MARKDOWN_DEFAULTS = { digits: 3 } as const;

/**
 * Any results (comparisons, summaries, curves) as flat rows: nested objects become dotted columns,
 * lists are joined by a space.
 *
 * @throws ClicksegError `invalid-option` for what is no list of objects
 */
export function toRows(results: readonly object[]): Row[] {
  return listOfObjects(results, 'toRows').map((result) => {
    const row: Record<string, string | number | boolean | undefined> = {};
    flatten(result, '', row);
    return row;
  });
}

/**
 * Rows as CSV (RFC 4180: comma, CRLF, quotes where needed), numbers in full. NaN and Infinity are
 * written out, so that an undefined value cannot pass for a missing one.
 */
export function toCsv(rows: readonly Row[], options: TableOptions = {}): string {
  const columns = columnsOf(rows, options, 'toCsv');
  const cell = (v: unknown) => {
    const text = v === undefined ? '' : String(v);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map(cell), ...rows.map((r) => columns.map((c) => cell(r[c])))];
  return `${lines.map((l) => l.join(',')).join('\r\n')}\r\n`;
}

/**
 * Rows as a Markdown table, numbers rounded and set right; an undefined value reads `n/a`.
 *
 * @throws ClicksegError `invalid-option` for digits outside 0 to 20
 */
export function toMarkdown(rows: readonly Row[], options: MarkdownOptions = {}): string {
  const { digits = MARKDOWN_DEFAULTS.digits } = checkOptions(options, 'toMarkdown');
  if (!Number.isInteger(digits) || digits < 0 || digits > 20) {
    throw new ClicksegError('invalid-option', `toMarkdown: digits ${describe(digits)} is not 0 to 20`);
  }
  const columns = columnsOf(rows, options, 'toMarkdown');
  const cell = (v: unknown) => {
    if (v === undefined) return '';
    if (typeof v !== 'number') return String(v).replaceAll('|', '\\|').replaceAll(/\r?\n/g, ' ');
    if (Number.isNaN(v)) return 'n/a';
    if (!Number.isFinite(v)) return v > 0 ? '∞' : '-∞';
    return Number.isInteger(v) ? String(v) : v.toFixed(digits);
  };
  const right = (c: string) => rows.every((r) => typeof r[c] === 'number' || r[c] === undefined);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [
    line(columns.map(cell)),
    line(columns.map((c) => (right(c) ? '---:' : '---'))),
    ...rows.map((r) => line(columns.map((c) => cell(r[c])))),
  ].join('');
}

function columnsOf(rows: readonly Row[], options: TableOptions, what: string): readonly string[] {
  const { columns } = checkOptions(options, what);
  const objects = listOfObjects(rows, what);
  if (columns === undefined) return [...new Set(objects.flatMap((r) => Object.keys(r)))];
  if (Array.isArray(columns)) return columns;
  throw new ClicksegError('invalid-option', `${what}: columns ${describe(columns)} is no list`);
}

function flatten(
  value: object,
  prefix: string,
  row: Record<string, string | number | boolean | undefined>,
): void {
  for (const [key, v] of Object.entries(value)) {
    const name = prefix + key;
    if (Array.isArray(v) || ArrayBuffer.isView(v)) row[name] = Array.from(v as ArrayLike<unknown>).join(' ');
    else if (typeof v === 'object' && v !== null) flatten(v, `${name}.`, row);
    else if (v !== null) row[name] = v as string | number | boolean | undefined;
  }
}
