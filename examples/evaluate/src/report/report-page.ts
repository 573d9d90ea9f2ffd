import { factsOf, footOf } from './facts.ts';
import type { Figure } from './figures.ts';
import type { Gallery } from './gallery.ts';
import { escapeHtml, factsHtml, page, tableHtml } from './html.ts';
import { abstractOf } from './overview.ts';
import type { Table } from './table.ts';
import type { TableContext } from './table-context.ts';

/** What a report is put together from. */
export interface ReportParts {
  readonly context: TableContext;
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  readonly data: Table;
  readonly left: Table;
  readonly gallery?: Gallery;
}

/** The report as one page: the gist first, each table beside the figure that draws it, what was run last. */
export function reportPage(title: string, parts: ReportParts): string {
  const { context, figures, data, left, gallery } = parts;
  const table = (name: string) => parts.tables.filter((t) => t.name === name);
  const shown = (name: string) => table(name).map((t) => tableHtml(t));
  const folded = (name: string) =>
    table(name).map(
      (t) => `<details><summary>${escapeHtml(t.title)}</summary>${tableHtml(t, false)}</details>`,
    );
  const drawn = (begin: string) => figures.filter((f) => f.name.startsWith(begin)).map(figureHtml);
  return page(title, [
    `<p class="lead">${escapeHtml(abstractOf(context))}</p>`,
    `<p class="note">${escapeHtml(`${footOf(context.tally)}${limitWords(context)}.`)}</p>`,
    ...shown('overview'),
    ...drawn('curves'),
    '<h2>Against the paper</h2>',
    ...shown('table-2-known'),
    ...shown('table-3-unseen'),
    ...shown('table-4-data'),
    '<h2>By number of clicks</h2>',
    `<div class="pair">${[...drawn('fig-4'), ...drawn('fig-5'), ...drawn('fig-6'), ...drawn('fig-7')].join('\n')}</div>`,
    ...folded('scores-by-clicks'),
    '<h2>Structure by structure</h2>',
    ...drawn('fig-8'),
    ...folded('table-4-structures'),
    '<h2>Clicks to a target</h2>',
    ...table('clicks-to-target').map((t) => tableHtml(t, false)),
    ...(gallery ? ['<h2>Best, median and worst</h2>', gallery.html] : []),
    '<h2>Each patient</h2>',
    ...folded('patients'),
    '<h2>Left out</h2>',
    left.rows.length > 0 ? tableHtml(left, false) : '<p>Nothing.</p>',
    '<h2>Data and run</h2>',
    tableHtml(data, false),
    factsHtml(factsOf(context.tally)),
  ]);
}

function limitWords({ tally }: TableContext): string {
  const limit = tally.header.about.settings['limit'];
  return limit === undefined
    ? ''
    : `; at most ${String(limit)} structures of a data set, drawn with the seed`;
}

const figureHtml = ({ title, caption, svg }: Figure): string =>
  `<figure><h3>${escapeHtml(title)}</h3>\n${svg}\n<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
