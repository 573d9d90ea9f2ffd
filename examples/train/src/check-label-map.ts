import { ClicksegError } from '@clickseg/raster';

/** The largest id that is trained on: training holds label maps in bytes, in which 300 would be another structure's. */
export const MOST_TRAINED = 255;

/**
 * That a label map holds nothing but ids: a half, a negative number or NaN is none's.
 *
 * @param most - the largest id, {@link MOST_TRAINED} or above
 * @throws ClicksegError `invalid-file`
 */
export function checkLabelMap(labels: ArrayLike<number>, most: number): void {
  if (labels instanceof Uint8Array) return;
  for (let i = 0; i < labels.length; i++) {
    const id = labels[i];
    if (Number.isInteger(id) && id >= 0 && id <= most) continue;
    throw new ClicksegError('invalid-file', `its label map holds ${id}, no id from 0 to ${most}`);
  }
}
