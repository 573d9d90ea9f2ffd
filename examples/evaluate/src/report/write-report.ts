import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toCsv } from '@clickseg/metrics';
import { patientDraws } from '../tally/estimate.ts';
import { measuresOf } from '../tally/measures.ts';
import type { Tally } from '../tally/tally.ts';
import { dataTable, factsOf, leftOutTable } from './facts.ts';
import { type Figure, makeFigures } from './figures.ts';
import type { Gallery } from './gallery.ts';
import { escapeHtml, factsHtml, page, tableHtml } from './html.ts';
import { rolesOf } from './roles.ts';
import { type Table, tableCsv, tableMarkdown } from './table.ts';
import { groupsOf, makeTables } from './tables.ts';

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
  await mkdir(join(folder, 'tables'), { recursive: true });
  await mkdir(join(folder, 'figures'), { recursive: true });
  await Promise.all([
    ...[...tables, data, left].map((t) => writeFile(join(folder, 'tables', `${t.name}.csv`), tableCsv(t))),
    ...figures.map((f) => writeFile(join(folder, 'figures', `${f.name}.svg`), `${f.svg}\n`)),
    writeFile(join(folder, 'report.md'), markdown(title, { tally, tables, figures, data, left })),
    writeFile(join(folder, 'report.html'), html(title, { tally, tables, figures, data, left, gallery })),
  ]);
}

interface Parts {
  readonly tally: Tally;
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  readonly data: Table;
  readonly left: Table;
  readonly gallery?: Gallery;
}

function html(title: string, { tally, tables, figures, data, left, gallery }: Parts): string {
  // Long ones, of which the figures show the gist.
  const folded = tables.filter(({ name }) => name === 'patients' || name === 'scores-by-clicks');
  return page(title, [
    factsHtml(factsOf(tally)),
    '<h2>Tables</h2>',
    ...tables.filter((t) => !folded.includes(t)).map((t) => tableHtml(t)),
    ...folded.map(
      (t) => `<details><summary>${escapeHtml(t.title)}</summary>${tableHtml(t, false)}</details>`,
    ),
    '<h2>Figures</h2>',
    ...figures.map(
      ({ title: name, caption, svg }) =>
        `<figure><h3>${escapeHtml(name)}</h3>\n${svg}\n<figcaption>${escapeHtml(caption)}</figcaption></figure>`,
    ),
    ...(gallery ? ['<h2>Best, median and worst</h2>', gallery.html] : []),
    '<h2>Left out</h2>',
    left.rows.length > 0 ? tableHtml(left, false) : '<p>Nothing.</p>',
    '<h2>Data</h2>',
    tableHtml(data, false),
  ]);
}

function markdown(title: string, { tally, tables, figures, data, left }: Parts): string {
  return [
    `# ${title}\n`,
    '| | |\n|---|---|',
    ...factsOf(tally).map(([name, value]) => `| ${name} | ${value.replaceAll('|', '\\|')} |`),
    '\n## Tables\n',
    ...tables.filter(({ name }) => name !== 'patients').map((t) => tableMarkdown(t)),
    '## Figures\n',
    ...figures.map((f) => `### ${f.title}\n\n![${f.title}](figures/${f.name}.svg)\n\n${f.caption}\n`),
    '## Left out\n',
    left.rows.length > 0 ? tableMarkdown(left, false) : 'Nothing.\n',
    '## Data\n',
    tableMarkdown(data, false),
  ].join('\n');
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
