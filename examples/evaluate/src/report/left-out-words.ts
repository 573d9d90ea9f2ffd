import type { LeftOut } from '../run/record.ts';

/** How much could not be evaluated, in words; nothing where all could or was asked to be left out. */
export function leftOutWords(leftOut: readonly LeftOut[]): string {
  const images = new Map<string, number | undefined>();
  // A structure that several methods failed at is one.
  const structures = new Set<string>();
  for (const { group, image, structure, slice, nth, structures: n, asked } of leftOut) {
    if (asked) continue;
    if (structure === undefined) {
      // A long case comes in parts.
      const key = `${group}\n${image}`;
      const before = images.has(key) ? images.get(key) : 0;
      images.set(key, n === undefined || before === undefined ? undefined : before + n);
    } else structures.add([group, image, structure, slice, nth && `nth ${nth}`].join('\n'));
  }
  const counted = [...images.values()].filter((n) => n !== undefined).reduce((sum, n) => sum + n, 0);
  const unknown = [...images.values()].filter((n) => n === undefined).length;
  const inImages = [
    ...(counted > 0 ? [`${counted} structures on slices`] : []),
    ...(unknown > 0
      ? [`how many structures is not known${unknown === images.size ? '' : ` of ${unknown}`}`]
      : []),
  ];
  return [
    ...(images.size > 0
      ? [`${plural(images.size, 'whole image')}${inImages.length > 0 ? ` (${inImages.join(', ')})` : ''}`]
      : []),
    ...(structures.size > 0
      ? [`${plural(structures.size, 'structure')} on slices${images.size > 0 ? ' of others' : ''}`]
      : []),
  ].join(' and ');
}

const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
