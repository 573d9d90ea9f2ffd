/** What a line or a part of a figure is of: one group, or all of them where it names none. */
export interface Panel {
  readonly group: string | undefined;
  /** As it is called; a group of the user's may be called `all` too. */
  readonly name: string;
}

/** All together first, then each group; a single group is all there is. */
export const panelsOf = (groups: readonly string[]): Panel[] => [
  ...(groups.length > 1 ? [{ group: undefined, name: nameOfAll(groups) }] : []),
  ...groups.map((group) => ({ group, name: group })),
];

/** What all groups together are called: a name that none of them has. */
export function nameOfAll(groups: readonly string[]): string {
  let name = 'all';
  while (groups.includes(name)) name += ' data';
  return name;
}
