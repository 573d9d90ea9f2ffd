import type { Raster } from '@clickseg/raster';
import { type Counts, MaskPair } from '../mask-pair.ts';
import { checkNames } from '../options.ts';
import { checkTolerance, SURFACE_DICE_DEFAULTS } from '../surface-dice.ts';
import { measureSurfaces, type SurfaceDistances } from '../surface-distances.ts';
import { type CheckedSurface, checkSurface, type SurfaceOptions } from '../surface-options.ts';

/** Options of {@link surfaceDistance} and {@link monai}. */
export interface ToleranceOptions extends Pick<SurfaceOptions, 'spacing' | 'memoryLimit'> {
  /**
   * Distance up to which, inclusive, surfaces agree; in the spacing's unit; default 1, as everywhere in this package. The tools
   * have no default.
   */
  readonly tolerance?: number;
}

/** What the numbers of a tool are made from. */
export interface Measured {
  readonly counts: Counts;
  readonly distances: SurfaceDistances;
}

/** Checks masks and options, and says how surfaces are measured; `connectivity` is MedPy's alone. */
export function checkPeer(
  pred: Raster,
  gt: Raster,
  options: Pick<SurfaceOptions, 'spacing' | 'memoryLimit' | 'connectivity'>,
  what: string,
): CheckedSurface {
  const { spacing, memoryLimit, connectivity } = checkNames(options, what);
  // Only these are passed on: the tools' numbers are Euclidean, whatever `metric` a shared options object has.
  return checkSurface(pred, gt, { spacing, memoryLimit, connectivity }, what);
}

/** As {@link checkPeer}, of a tool that takes a tolerance and no connectivity. */
export function checkTolerant(pred: Raster, gt: Raster, options: ToleranceOptions, what: string) {
  const surface = checkPeer(pred, gt, { ...checkNames(options, what), connectivity: undefined }, what);
  const { tolerance = SURFACE_DICE_DEFAULTS.tolerance } = options;
  checkTolerance(tolerance, what);
  return { surface, tolerance };
}

/** Counts and measures a checked pair; distances are measured when they are first read. */
export function measurePair(pair: MaskPair, surface: CheckedSurface, what: string): Measured {
  return { counts: pair.counts, distances: measureSurfaces(pair, surface, what) };
}

/** {@link measurePair} of masks that nobody else measures. */
export function measure(pred: Raster, gt: Raster, surface: CheckedSurface, what: string): Measured {
  return measurePair(new MaskPair(pred, gt, what), surface, what);
}
