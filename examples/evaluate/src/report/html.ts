import { cellText, type Table } from './table.ts';

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `
body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #1a1a1a; background: #fff; max-width: 1280px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.7em; } h2 { font-size: 1.25em; margin-top: 2.2em; border-bottom: 1px solid #bbb; } h3 { font-size: 1.05em; margin-bottom: .4em; }
table { border-collapse: collapse; font-size: 12.5px; margin: .5em 0; } .wide { overflow-x: auto; }
th, td { padding: 3px 9px; text-align: left; border-bottom: 1px solid #ddd; } th { border-bottom: 1.5px solid #333; vertical-align: bottom; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.n { white-space: normal; }
td:nth-child(-n+3) { white-space: nowrap; } tr.paper td { background: #f3f3f3; font-style: italic; }
figure { margin: 1.2em 0; } figure svg { max-width: 100%; height: auto; } figcaption, .note { font-size: 13px; color: #444; max-width: 60em; }
.gallery { display: flex; flex-wrap: wrap; gap: 14px; } .gallery figure { width: 240px; margin: 0; } .gallery svg { background: #000; }
details summary { cursor: pointer; }
@page { size: A4 landscape; margin: 12mm; }
@media print { body { margin: 0; max-width: none; font-size: 10px; } table { font-size: 8px; } th, td { padding: 1px 5px; } figcaption, .note { font-size: 9px; } .wide { overflow: visible; } figure, .gallery figure, tr { break-inside: avoid; } details { display: block; } }
`;

/** A page that needs nothing beside itself. */
export function page(title: string, sections: readonly string[]): string {
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>${escapeHtml(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<h1>${escapeHtml(title)}</h1>\n${sections.join('\n')}\n</body>\n</html>\n`;
}

export function tableHtml({ title, note, columns, rows }: Table, headed = true): string {
  const numeric = (key: string) => rows.some((r) => r[key] !== undefined && typeof r[key] !== 'string');
  const cls = (key: string) => (numeric(key) ? ' class="n"' : '');
  const head = columns.map((c) => `<th${cls(c.key)}>${escapeHtml(c.label)}</th>`).join('');
  const body = rows.map((r) => {
    const cells = columns.map((c) => `<td${cls(c.key)}>${escapeHtml(cellText(r[c.key], c))}</td>`).join('');
    const paper = r['method'] === 'paper' || r['method'] === 'best automatic then';
    return `<tr${paper ? ' class="paper"' : ''}>${cells}</tr>`;
  });
  return `${headed ? `<h3>${escapeHtml(title)}</h3>\n` : ''}<div class="wide"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>\n<p class="note">${escapeHtml(note)}</p>`;
}

/** A list of named facts. */
export function factsHtml(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}
