import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toCsv } from '@clickseg/metrics';
import { patientDraws } from '../tally/estimate.ts';
import { measuresOf } from '../tally/measures.ts';
import type { Tally } from '../tally/tally.ts';
import { dataTable, leftOutTable } from './facts.ts';
import { makeFigures } from './figures.ts';
import type { Gallery } from './gallery.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportPage } from './report-page.ts';
import { rolesOf } from './roles.ts';
import { tableCsv } from './table.ts';
import { groupsOf } from './table-context.ts';
import { makeTables } from './tables.ts';

export interface ReportOptions {
  /** Groups that the models have not seen in training: Table III and Fig. 7. */
  readonly unseen?: readonly string[];
  readonly gallery?: Gallery;
  readonly title?: string;
}

export const REPORT_DEFAULTS = {
  unseen: [],
  title: 'Interactive segmentation by clicks: evaluation',
} as const;

/**
 * Writes `report.html`, `report.md`, `tables/*.csv` and `figures/*.svg`. They depend on settings, models, data
 * and seed alone, to the byte: so no time is in them, see {@link timingsCsv}.
 */
export async function writeReport(folder: string, tally: Tally, options: ReportOptions = {}): Promise<void> {
  const { unseen = REPORT_DEFAULTS.unseen, title = REPORT_DEFAULTS.title, gallery } = options;
  const measures = measuresOf(tally, patientDraws(tally.header.about.settings['seed'] as number));
  const { methods } = tally.header.about;
  const context = { tally, measures, methods, roles: rolesOf(groupsOf(tally), unseen) };
  const tables = makeTables(context);
  const figures = await makeFigures(context);
  const data = dataTable(tally);
  const left = leftOutTable(tally);
  const parts = { context, tables, figures, data, left, gallery };
  await mkdir(join(folder, 'tables'), { recursive: true });
  await mkdir(join(folder, 'figures'), { recursive: true });
  await Promise.all([
    ...[...tables, data, left].map((t) => writeFile(join(folder, 'tables', `${t.name}.csv`), tableCsv(t))),
    ...figures.map((f) => writeFile(join(folder, 'figures', `${f.name}.svg`), `${f.svg}\n`)),
    writeFile(join(folder, 'report.md'), reportMarkdown(title, parts)),
    writeFile(join(folder, 'report.html'), reportPage(title, parts)),
  ]);
}

/** Milliseconds a click, of whatever machines the records came from; for a file apart from the report. */
export function timingsCsv({ cells, header }: Tally): string {
  return toCsv(
    header.about.methods.map((method) => {
      const of = cells.filter((c) => c.method === method);
      const total = (key: 'ms' | 'predictions') => of.reduce((sum, c) => sum + c[key], 0);
      return { method, predictions: total('predictions'), ms_a_click: total('ms') / total('predictions') };
    }),
  );
}
