/** Pixels that a letter of an axis or a panel's title takes, rather too many than too few; of a legend, as Vega lays it out. */
export const LETTER = { axis: 6.5, legend: 9, title: 7 } as const;

/** A name of at most so many letters. Its middle gives way: names of one kind differ at their ends. */
export function cutMiddle(name: string, most: number): string {
  const letters = [...name];
  if (letters.length <= most) return name;
  const head = Math.ceil((most - 1) / 2);
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`;
}

/** Text in lines of at most `most` letters, broken after commas and, where that is not enough, at spaces. */
export function linesOf(text: string, most: number): string[] {
  return text.split(', ').flatMap((part) => {
    const lines: string[] = [];
    for (const word of part.split(' ')) {
      const last = lines[lines.length - 1];
      if (last !== undefined && `${last} ${word}`.length <= most) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(cutMiddle(word, most));
    }
    return lines;
  });
}

/**
 * As {@link linesOf}, a name in no more than `lines`. What is too long for them loses its middle: that of what stands before
 * the first comma, for methods of several models differ there.
 */
export function nameInLines(name: string, most: number, lines: number): string[] {
  const [first, ...rest] = name.split(', ');
  const below = rest.flatMap((part) => linesOf(part, most));
  for (let left = Math.max(most, [...first].length); left >= most; left--) {
    const found = [...linesOf(cutMiddle(first, left), most), ...below];
    if (found.length <= lines) return found;
  }
  return [cutMiddle(name, most)];
}

/** A Vega expression that shows each name of an axis or of panels as something else. */
export const shownAs = (
  names: readonly string[],
  show: (name: string) => string | readonly string[],
): string => `${JSON.stringify(Object.fromEntries(names.map((name) => [name, show(name)])))}[datum.label]`;
