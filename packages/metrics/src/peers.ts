import type { Raster } from '@clickseg/raster';
import { MaskPair } from './mask-pair.ts';
import { checkPeer, checkTolerant, measurePair, type ToleranceOptions } from './peers/measure.ts';
import { type MedpyNumbers, type MedpyOptions, medpyNumbers } from './peers/medpy.ts';
import { type MonaiNumbers, monaiNumbers } from './peers/monai.ts';
import { type SurfaceDistanceNumbers, surfaceDistanceNumbers } from './peers/surface-distance.ts';

export type { ToleranceOptions } from './peers/measure.ts';
export { type MedpyNumbers, type MedpyOptions, medpy } from './peers/medpy.ts';
export { type MonaiNumbers, monai } from './peers/monai.ts';
export { type SurfaceDistanceNumbers, surfaceDistance } from './peers/surface-distance.ts';

/** Options of {@link peers}: MedPy's `connectivity` is MedPy's alone. */
export interface PeersOptions extends ToleranceOptions, MedpyOptions {}

/** What {@link peers} answers. */
export interface PeerNumbers {
  readonly medpy: MedpyNumbers;
  readonly monai: MonaiNumbers;
  readonly surfaceDistance: SurfaceDistanceNumbers;
}

/**
 * What three tools say of one pair of masks, each under its own names and with its own answers for empty masks: MedPy 0.5.2,
 * MONAI 1.5.0 (whose numbers are float32; these are not rounded to it) and google-deepmind/surface-distance at 1f805cea. Pixels
 * are counted once, and each kind of surface measured once.
 *
 * @param pred - the prediction, `[h, w]` or `[d, h, w]`, non-zero inside
 * @param gt - the reference, same shape
 * @throws ClicksegError as `surfaceDistances`; `invalid-option` for a negative tolerance. Empty masks never throw
 */
export function peers(pred: Raster, gt: Raster, options: PeersOptions = {}): PeerNumbers {
  const { surface, tolerance } = checkTolerant(pred, gt, options, 'peers');
  const forMedpy = checkPeer(pred, gt, options, 'peers');
  const pair = new MaskPair(pred, gt, 'peers');
  const found = measurePair(pair, surface, 'peers');
  // What both measure alike is measured once.
  const alike = forMedpy.connectivity === surface.connectivity;
  return {
    medpy: medpyNumbers(alike ? found : measurePair(pair, forMedpy, 'peers')),
    monai: monaiNumbers(found, tolerance),
    surfaceDistance: surfaceDistanceNumbers(found, tolerance),
  };
}
