import { cellText, intervalText, spansOf, type Table, type TableCell, undefinedText } from './table.ts';

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `
:root { --ink: #1a1a1a; --soft: #555; --line: #ddd; --accent: #0072b2; }
body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: var(--ink); background: #fff; max-width: 1320px; margin: 2.2em auto 4em; padding: 0 1.2em; }
h1 { font-size: 1.9em; line-height: 1.2; margin: 0 0 .4em; }
h2 { font-size: 1.3em; margin: 2.4em 0 .6em; padding-bottom: .2em; border-bottom: 2px solid var(--accent); }
h3 { font-size: 1.02em; margin: 1.6em 0 .4em; }
.lead { font-size: 1.12em; max-width: 62em; margin: .4em 0 1em; }
table { border-collapse: collapse; font-size: 12.5px; margin: .5em 0; } .wide { overflow-x: auto; }
th, td { padding: 3px 7px; text-align: left; vertical-align: top; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 1.5px solid #333; border-top: 1.5px solid #333; vertical-align: bottom; white-space: normal; }
tbody tr.block > td { border-top: 1px solid #888; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.w { white-space: normal; min-width: 14em; }
td .i { color: var(--soft); font-size: 11px; margin-left: .25em; }
tr.own td.o { font-weight: 600; } tr.own td.o .i { font-weight: normal; }
tr.paper td { background: #eef4f8; font-style: italic; }
.facts th { font-weight: 600; } .facts td { white-space: normal; overflow-wrap: anywhere; }
figure { margin: 1.2em 0; } figure > svg { max-width: 100%; height: auto; }
figcaption, .note { font-size: 12.5px; color: var(--soft); max-width: 74em; margin: .3em 0 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(540px, 1fr)); gap: 0 32px; align-items: start; }
.gallery { display: grid; grid-template-columns: repeat(5, 1fr); gap: 10px; margin: .5em 0 1.4em; }
.gallery figure { margin: 0; } .gallery svg { display: block; width: 100%; height: auto; background: #000; }
.gallery figcaption b { color: var(--ink); }
details { margin: .6em 0; } details summary { cursor: pointer; font-weight: 600; }
@page { size: A4 landscape; margin: 11mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10.5px; }
  table { font-size: 8.5px; } th, td { padding: 1.5px 5px; } td .i { font-size: 7.5px; } td.w { min-width: 0; }
  figcaption, .note { font-size: 9px; } .wide { overflow: visible; }
  .pair { grid-template-columns: 1fr 1fr; } .pair figure { margin: .4em 0; } .pair svg { max-height: 58mm; }
  h2, h3, summary { break-after: avoid; } figure, tr, .case, .wide { break-inside: avoid; }
  thead { display: table-header-group; }
  details::details-content { content-visibility: visible; display: block; height: auto; } summary { list-style: none; }
  tr.paper td, .gallery svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** A page that needs nothing beside itself. */
export function page(title: string, sections: readonly string[]): string {
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>${escapeHtml(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<h1>${escapeHtml(title)}</h1>\n${sections.join('\n')}\n</body>\n</html>\n`;
}

export function tableHtml(table: Table, headed = true): string {
  const { title, note, columns, rows, own } = table;
  const numeric = new Set(
    columns
      .map(({ key }) => key)
      .filter((key) => rows.some((r) => r[key] !== undefined && typeof r[key] !== 'string')),
  );
  const spans = new Map(columns.map(({ key }) => [key, spansOf(table, key)]));
  const first = columns[0];
  const head = columns
    .map((c) => `<th${numeric.has(c.key) ? ' class="n"' : ''}>${escapeHtml(c.label)}</th>`)
    .join('');
  const body = rows.map((row, r) => {
    const cells = columns.map((c) => {
      const span = spans.get(c.key)?.[r] ?? 1;
      if (span === 0) return '';
      const classes = [numeric.has(c.key) ? 'n' : '', c.wrap ? 'w' : '', c.merge ? '' : 'o'];
      const attributes = `class="${classes.filter(Boolean).join(' ')}"${span > 1 ? ` rowspan="${span}"` : ''}`;
      return `<td ${attributes}>${cellHtml(row[c.key], c)}</td>`;
    });
    const begins = first.merge && r > 0 && spans.get(first.key)?.[r] !== 0;
    const classes = [
      row['method'] === 'paper' || row['method'] === 'best automatic then' ? 'paper' : '',
      own !== undefined && row['method'] === own ? 'own' : '',
      begins ? 'block' : '',
    ].filter(Boolean);
    return `<tr${classes.length > 0 ? ` class="${classes.join(' ')}"` : ''}>${cells.join('')}</tr>`;
  });
  return `${headed ? `<h3>${escapeHtml(title)}</h3>\n` : ''}<div class="wide"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>\n<p class="note">${escapeHtml(note)}</p>`;
}

/** The mean large, its interval small. */
function cellHtml(cell: TableCell, column: Table['columns'][number]): string {
  if (typeof cell !== 'object') return escapeHtml(cellText(cell, column));
  const small = `${intervalText(cell, column)}${undefinedText(cell)}`.trim();
  return `${escapeHtml(cellText(cell.mean, column))}${small ? ` <span class="i">${escapeHtml(small)}</span>` : ''}`;
}

/** A list of named facts. */
export function factsHtml(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table class="facts">${rows.join('')}</table>`;
}
