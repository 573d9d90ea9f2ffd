import type { Volume } from '@clickseg/example-dataset';
import { paintMask } from '../state/mask-box.ts';
import type { Structure } from '../state/structure.ts';

/**
 * Every structure as one label map, each by its own label. Where two overlap a locked one wins, else the later.
 * @returns dense, the volume's shape; 16 bits where a label does not fit 8
 */
export function labelMap(
  { shape: [depth, height, width] }: Pick<Volume, 'shape'>,
  structures: readonly Structure[],
): Uint8Array | Uint16Array {
  const Kind = structures.some(({ label }) => label > 255) ? Uint16Array : Uint8Array;
  const data = new Kind(depth * height * width);
  for (const { slices, label } of [...structures].sort((a, b) => Number(a.locked) - Number(b.locked))) {
    for (const [at, { mask }] of slices) paintMask(mask, data, width, label, at * height * width);
  }
  return data;
}
