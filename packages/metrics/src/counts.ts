import type { Raster } from '@clickseg/raster';
import { countBytes } from './count-bytes.ts';
import type { EmptyMasks } from './empty.ts';
import { byteMask } from './mask.ts';
import { checkPair } from './surface-options.ts';

/** Pixels of a pair of masks by what each says. */
export interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

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
  const a = byteMask(pred, `${what}: pred`).bytes;
  const b = byteMask(gt, `${what}: gt`).bytes;
  const { inA, inB, inBoth } = countBytes(a, b);
  return {
    truePositives: inBoth,
    falsePositives: inA - inBoth,
    falseNegatives: inB - inBoth,
    trueNegatives: a.length - inA - inB + inBoth,
  };
}

/** Which masks of counted pixels are empty. */
export function emptyOf(c: Counts): EmptyMasks {
  const pred = c.truePositives + c.falsePositives === 0;
  const gt = c.truePositives + c.falseNegatives === 0;
  return pred ? (gt ? 'both' : 'pred') : gt ? 'gt' : 'none';
}
