import type { Raster } from '@clickseg/raster';
import type { EmptyMasks } from './empty.ts';
import { type Counts, MaskPair } from './mask-pair.ts';
import { checkPair } from './surface-options.ts';

/**
 * Counts the pixels of two masks: all that the overlap metrics need, in one pass.
 *
 * @param pred - the prediction, `[h, w]` or `[d, h, w]`, non-zero inside
 * @param gt - the reference, same shape
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, or `not-finite` for a NaN pixel
 */
export function counts(pred: Raster, gt: Raster): Counts {
  return countPair(pred, gt, 'counts');
}

/** As {@link counts}, errors naming `what`. */
export function countPair(pred: Raster, gt: Raster, what: string): Counts {
  checkPair(pred, gt, what);
  return new MaskPair(pred, gt, what).counts;
}

/** Which masks of counted pixels are empty. */
export function emptyOf(c: Counts): EmptyMasks {
  const pred = c.truePositives + c.falsePositives === 0;
  const gt = c.truePositives + c.falseNegatives === 0;
  return pred ? (gt ? 'both' : 'pred') : gt ? 'gt' : 'none';
}
