import { ClicksegError } from '@clickseg/raster';

/**
 * That a label map holds nothing but ids: in bytes 300 would be another structure's, and a half none's.
 * @throws ClicksegError `invalid-file`
 */
export function checkIds(labels: ArrayLike<number>): void {
  if (labels instanceof Uint8Array) return;
  for (let i = 0; i < labels.length; i++) {
    const id = labels[i];
    if (Number.isInteger(id) && id >= 0 && id <= 255) continue;
    throw new ClicksegError('invalid-file', `its label map holds ${id}, no id from 0 to 255`);
  }
}
