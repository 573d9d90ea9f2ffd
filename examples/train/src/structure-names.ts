import type { LabelledCase } from '@clickseg/example-dataset/node';

/** What a structure is called: its group's word for a label id. */
export type StructureName = (group: string, id: number) => string;

/** Names as an index or a `dataset.json` gives them, `label 7` where neither does; where cases of a group differ, all of theirs. */
export function structureNames(cases: readonly Pick<LabelledCase, 'group' | 'labels'>[]): StructureName {
  const names = new Map<string, Set<string>>();
  const key = (group: string, id: number) => JSON.stringify([group, id]);
  for (const { group, labels } of cases) {
    for (const [name, id] of Object.entries(labels)) {
      const of = names.get(key(group, id)) ?? new Set();
      names.set(key(group, id), of.add(name));
    }
  }
  return (group, id) => [...(names.get(key(group, id)) ?? [`label ${id}`])].join(' / ');
}
