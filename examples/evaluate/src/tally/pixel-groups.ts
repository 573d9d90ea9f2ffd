import type { RecordHeader } from '../run/record.ts';

/** Groups of a run whose spacing is not known: their distances are in pixels. */
export const pixelGroups = ({ about }: RecordHeader): string[] =>
  about.groups.filter(({ spacingKnown }) => !spacingKnown).map(({ group }) => group);

/**
 * Of groups those that no mean of distances over all of them takes in: pixels and mm have no common one. None where all
 * are in pixels.
 */
export function apartFrom(groups: readonly string[], headers: readonly RecordHeader[]): string[] {
  const pixels = new Set(headers.flatMap(pixelGroups));
  const apart = groups.filter((group) => pixels.has(group));
  return apart.length < groups.length ? apart : [];
}
