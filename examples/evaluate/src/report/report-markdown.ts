import { factsOf } from './facts.ts';
import { abstractOf } from './overview.ts';
import type { ReportParts } from './report-page.ts';
import { tableMarkdown } from './table.ts';

/** The report for a repository or a manuscript's notes: figures beside it as files, no pictures. */
export function reportMarkdown(title: string, { context, tables, figures, data, left }: ReportParts): string {
  return [
    `# ${title}\n`,
    `${abstractOf(context)}\n`,
    '| | |\n|---|---|',
    ...factsOf(context.tally).map(([name, value]) => `| ${name} | ${value.replaceAll('|', '\\|')} |`),
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
