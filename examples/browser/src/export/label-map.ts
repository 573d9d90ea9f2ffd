import type { Volume } from '@clickseg/example-dataset';
import { paintMask } from '../state/mask-box.ts';
import type { Structure } from '../state/structure.ts';

/**
 * Every structure as one label map, 1, 2, ... in the list's order. Where two overlap a locked one wins, else the later.
 * @returns dense, the volume's shape
 */
export function labelMap(
  { shape: [depth, height, width] }: Pick<Volume, 'shape'>,
  structures: readonly Structure[],
) {
  const data = new Uint8Array(depth * height * width);
  const numbered = structures.map((structure, i) => ({ ...structure, number: i + 1 }));
  for (const { slices, number } of numbered.sort((a, b) => Number(a.locked) - Number(b.locked))) {
    for (const [at, { mask }] of slices) paintMask(mask, data, width, number, at * height * width);
  }
  return data;
}
