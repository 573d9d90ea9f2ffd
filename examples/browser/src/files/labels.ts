import type { Volume } from '@clickseg/example-dataset';

/** Most labels that a label map may have here. */
export const MOST_LABELS = 255;
/** The largest label: it must fit the 16 bits of a label map that is saved. */
export const LARGEST_LABEL = 65_535;

/**
 * The labels of a volume that may be a label map: whole numbers from 0 on, few different ones, some of it background.
 * `undefined` where it is an image.
 */
export function labelsOf({ data }: Pick<Volume, 'data'>): number[] | undefined {
  const found = new Set<number>();
  let zeros = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value === 0) {
      zeros++;
      continue;
    }
    if (found.has(value)) continue;
    const right = Number.isInteger(value) && value > 0 && value <= LARGEST_LABEL;
    if (!right || found.size === MOST_LABELS) return undefined;
    found.add(value);
  }
  return zeros > 0 && found.size > 0 ? [...found].sort((a, b) => a - b) : undefined;
}

/**
 * Whether a volume that {@link labelsOf} knows no labels of is a label map all the same, of too many or too large ones:
 * whole numbers from 0 on, and inside most voxels equal the next one, as an image's do not.
 */
export function looksLabelled({ data }: Pick<Volume, 'data'>): boolean {
  let [inside, same] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value === 0) continue;
    if (!(Number.isInteger(value) && value > 0)) return false;
    inside++;
    if (value === data[i + 1]) same++;
  }
  return inside > 0 && inside < data.length && same > inside / 2;
}
