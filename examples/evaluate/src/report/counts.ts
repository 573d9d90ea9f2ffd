import type { Tally } from '../tally/tally.ts';

/** How many structures on slices each method answered, in the methods' order; of a group or of all. */
export function countsOf({ header, cells }: Tally, group?: string): number[] {
  return header.about.methods.map((method) =>
    cells
      .filter((cell) => cell.method === method && (group === undefined || cell.group === group))
      .reduce((sum, { count }) => sum + count, 0),
  );
}

/** `60`, or `57 to 60` where the methods differ. */
export function countText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(most) : `${least} to ${most}`;
}

/**
 * Where some method did not answer what another did, as a sentence with a space before it: their means are then over
 * different structures. Nothing where all answered the same.
 */
export function unevenWords(tally: Tally): string {
  const { methods } = tally.header.about;
  const answers = new Map<string, number[]>();
  for (const { group, patient, structure, method, count } of tally.cells) {
    const key = `${group}\n${patient}\n${structure}`;
    const counts = answers.get(key) ?? methods.map(() => 0);
    answers.set(key, counts);
    counts[methods.indexOf(method)] += count;
  }
  if ([...answers.values()].every((counts) => counts.every((n) => n === counts[0]))) return '';
  const counts = countsOf(tally);
  const told = methods.map((method, i) => `${method} ${counts[i]}`).join('; ');
  return ` The methods did not answer the same structures on slices (${told}): their means are over different ones. What is left out stands below; the command compare pairs two methods structure by structure.`;
}
