import type { MeasuredStructure } from './measure.ts';
import type { StructureName } from './structure-names.ts';

/** The paper's test interactions (Table I). */
export const TEST_CLICKS = [1, 2, 5, 10, 15] as const;

/** A Markdown table: one row a group, the mean over its structures, and below it one a label where it has several. */
export function diceTable(
  results: readonly MeasuredStructure[],
  nameOf: StructureName = (_, id) => `label ${id}`,
): string {
  const groups = [...new Set(results.map((r) => r.group))];
  const rows = groups.flatMap((group) => {
    const of = results.filter((r) => r.group === group);
    const ids = [...new Set(of.map((r) => r.label))].sort((a, b) => a - b);
    const each = ids.map((id) =>
      row(
        `${group}: ${nameOf(group, id)}`,
        of.filter((r) => r.label === id),
      ),
    );
    return [row(group, of), ...(ids.length > 1 ? each : [])];
  });
  return [
    `| group | structures | ${TEST_CLICKS.map((n) => `${n} click${n > 1 ? 's' : ''}`).join(' | ')} |`,
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row(name: string, of: readonly MeasuredStructure[]): string {
  const means = TEST_CLICKS.map((n) => of.reduce((sum, r) => sum + r.dice[n - 1], 0) / of.length);
  // A name may be any text.
  return `| ${name.replaceAll('|', '\\|')} | ${of.length} | ${means.map((m) => m.toFixed(3)).join(' | ')} |`;
}
