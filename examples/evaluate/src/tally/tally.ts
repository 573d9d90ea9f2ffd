import { ClicksegError } from '@clickseg/raster';
import { whatDiffers } from '../run/compare-headers.ts';
import { readRecords } from '../run/read-records.ts';
import {
  type InteractionRecord,
  keyOf,
  type LeftOut,
  type RecordHeader,
  type RecordLine,
  UNITS,
} from '../run/record.ts';
import { addToCell, type Cell, createCell } from './cell.ts';
import { createInterner } from './interner.ts';
import { addRow, createRows, type Rows } from './rows.ts';

/** Everything that a report says, added up from records in whatever files and order. */
export interface Tally {
  readonly header: RecordHeader;
  /** Asked for, ascending. */
  readonly clicks: readonly number[];
  /** After how many clicks the tables of single structures look: 5, as the paper's, or the next asked for. */
  readonly tableClicks: number;
  readonly cells: readonly Cell[];
  readonly rows: Rows;
  readonly paths: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Chunks that no file says it finished: a shard is missing, or a run was stopped. */
  readonly unfinished: readonly number[];
  readonly records: number;
  /** Records that were there twice, as happens where work was handed to a second worker; counted once. */
  readonly repeated: number;
}

/**
 * Adds up files of records.
 * @throws ClicksegError `invalid-file` for files of different runs, without a header, with a line that is no record of its run, or
 * with two records of one interaction that disagree
 */
export function tallyRecords(paths: readonly string[]): Tally {
  let header: RecordHeader | undefined;
  let clicks: readonly number[] = [];
  let tableAt = 0;
  const names = {
    image: createInterner(),
    structure: createInterner(),
    method: createInterner(),
    cell: createInterner(),
  };
  const cells: Cell[] = [];
  const rows = createRows();
  const seen = new Map<number, number>();
  const leftOut = new Map<string, LeftOut>();
  const finished = new Set<number>();
  let repeated = 0;

  const addRecord = (record: InteractionRecord, file: number, place: { offset: number; length: number }) => {
    const key = placeOf(names, record);
    const digest = digestOf(record);
    const known = seen.get(key);
    if (known === digest) {
      repeated++;
      return;
    }
    if (known !== undefined) {
      const what = keyOf(record).replaceAll('\n', ', ');
      throw new ClicksegError(
        'invalid-file',
        `${paths[file]}: a second record of ${what} disagrees with the first`,
      );
    }
    seen.set(key, digest);
    const at = names.cell.of(`${record.group}\n${record.patient}\n${record.structure}\n${record.method}`);
    cells[at] ??= createCell(record, clicks);
    addToCell(cells[at], record);
    const row = addRow(rows);
    rows.cell[row] = at;
    const last = Math.min(clicks[tableAt], record.dice.length) - 1;
    rows.dice[row] = Math.round(record.dice[last] * UNITS.score);
    rows.hausdorff[row] = units(record.hausdorff[tableAt]);
    rows.meanDistance[row] = units(record.meanDistance[tableAt]);
    rows.tie[row] = hash(keyOf(record));
    rows.file[row] = file;
    rows.offset[row] = place.offset;
    rows.bytes[row] = place.length;
  };

  paths.forEach((path, file) => {
    readRecords(path, (line, place) => {
      if (isHeader(line)) {
        if (header !== undefined && header.run !== line.run) {
          throw new ClicksegError(
            'invalid-file',
            `${path}: of run ${line.run.slice(0, 12)}, not ${header.run.slice(0, 12)}; they differ in ${whatDiffers(line, header)}`,
          );
        }
        header ??= line;
        clicks = header.about.settings['clicks'] as number[];
        tableAt = Math.max(
          0,
          clicks.findIndex((n) => n >= 5),
        );
        if (clicks[clicks.length - 1] < 5) tableAt = clicks.length - 1;
      } else if ('leftOut' in line) leftOut.set(JSON.stringify(line), line.leftOut);
      else if ('finished' in line) finished.add(line.finished);
      else addRecord(line, file, place);
    });
  });
  if (header === undefined)
    throw new ClicksegError('invalid-file', `${paths.join(', ') || 'no files'}: no records`);
  const { chunks } = header.about;
  return {
    header,
    clicks,
    tableClicks: clicks[tableAt],
    cells,
    rows,
    paths,
    leftOut: [...leftOut].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, what]) => what),
    unfinished: Array.from({ length: chunks }, (_, n) => n).filter((n) => !finished.has(n)),
    records: rows.length,
    repeated,
  };
}

export const isHeader = (line: RecordLine): line is RecordHeader => 'format' in line;

/** An interaction as one whole number below 2^53. */
function placeOf(
  names: Record<'image' | 'structure' | 'method', ReturnType<typeof createInterner>>,
  r: InteractionRecord,
) {
  const [image, structure, method] = [
    names.image.of(`${r.group}\n${r.image}`),
    names.structure.of(r.structure),
    names.method.of(r.method),
  ];
  if (image >= 2 ** 20 || r.slice >= 2 ** 14 || structure >= 2 ** 13 || method >= 2 ** 6) {
    throw new ClicksegError(
      'too-large',
      `more than ${2 ** 20} images or ${2 ** 13} structures, at ${r.image}, slice ${r.slice}`,
    );
  }
  return ((image * 2 ** 14 + r.slice) * 2 ** 13 + structure) * 2 ** 6 + method;
}

/** Of what must not differ between two records of one interaction; time may. */
function digestOf({ dice, clicks, seed }: InteractionRecord): number {
  let h = seed | 0;
  for (const value of dice) h = Math.imul(h ^ Math.round(value * UNITS.score), 0x01000193);
  for (const [x, y, label] of clicks) h = Math.imul(h ^ (x * 65536 + y * 2 + label), 0x01000193);
  return h;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

const units = (value: number | null | undefined): number =>
  value === null || value === undefined ? -1 : Math.round(value * UNITS.mm);
