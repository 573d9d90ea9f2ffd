import type { Volume } from '@clickseg/example-dataset';

/** Most labels that a label map may have here. */
const MOST_LABELS = 64;

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
    if (!(Number.isInteger(value) && value > 0) || found.size === MOST_LABELS) return undefined;
    found.add(value);
  }
  return zeros > 0 && found.size > 0 ? [...found].sort((a, b) => a - b) : undefined;
}
