import type { LabelledSlice } from '@clickseg/train';
import { counted } from './counted.ts';
import type { StructureName } from './structure-names.ts';

/**
 * Says how many structures of slices are too small to be drawn, and which labels wholly are; undefined where none is.
 * @param minArea - as `sliceSet` has it
 */
export function tooSmall(
  slices: readonly LabelledSlice[],
  minArea: number,
  nameOf: StructureName,
): string | undefined {
  const labels = new Map<string, { small: number; all: number }>();
  for (const { group, labels: map } of slices) {
    for (const [id, area] of areasOf(map)) {
      const name = `${nameOf(group, id)} of ${group}`;
      const { small, all } = labels.get(name) ?? { small: 0, all: 0 };
      labels.set(name, { small: small + (area < minArea ? 1 : 0), all: all + 1 });
    }
  }
  const sum = (of: 'small' | 'all') => [...labels.values()].reduce((n, label) => n + label[of], 0);
  if (sum('small') === 0) return undefined;
  const none = [...labels].filter(([, { small, all }]) => small === all).map(([name]) => name);
  const wholly = none.length > 0 ? `, among them every one of ${none.join(', ')}` : '';
  const of = `${sum('small')} of ${counted(sum('all'), 'structure')}`;
  return `below ${minArea} pixels of a slice, and not trained on: ${of}${wholly}`;
}

function areasOf(map: Uint8Array): Map<number, number> {
  const areas = new Uint32Array(256);
  for (const id of map) areas[id]++;
  return new Map([...areas.entries()].filter(([id, area]) => id > 0 && area > 0));
}
