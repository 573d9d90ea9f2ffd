/**
 * Lays rows out in columns under a ruled header: text to the left, numbers to the right.
 * @param header - one title a column
 * @param rows - as many cells a row; numbers are printed as given, so round them before
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = rows.map((row) => header.map((_, column) => String(row[column] ?? '')));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column].length)),
  );
  const isNumber = header.map(
    (_, column) => cells.length > 0 && cells.every((row) => /^(-|[-\d.,]+)?$/.test(row[column])),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((n) => '-'.repeat(n)).join('  '), ...cells.map(line)].join('\n');
}

/** A number with so many decimals; what is undefined (NaN) or unbounded is a dash, never a made-up 0. */
export function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
