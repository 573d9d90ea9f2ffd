import { createHash } from 'node:crypto';
import type { LabelledSlice } from '@clickseg/train';

/** Slices of one group, by their content and order. */
export interface SliceMark {
  readonly group: string;
  readonly slices: number;
  readonly digest: string;
}

/** By which a run knows again what it is trained on: a mark a group, in their order, as the draws depend on that too. */
export function sliceMarks(slices: readonly LabelledSlice[]): SliceMark[] {
  const groups = new Map<string, LabelledSlice[]>();
  for (const slice of slices) {
    const of = groups.get(slice.group) ?? [];
    groups.set(slice.group, of);
    of.push(slice);
  }
  return [...groups].map(([group, of]) => {
    const hash = createHash('sha256');
    for (const { image, labels, shape } of of) {
      hash.update(`${shape}`);
      for (const { buffer, byteOffset, byteLength } of [image, labels])
        hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return { group, slices: of.length, digest: hash.digest('hex').slice(0, 16) };
  });
}
