import type { Raster } from '@clickseg/raster';
import { farthest, hausdorffOf } from '../hausdorff.ts';
import { directedMean, directedSums, pooledMean } from '../mean-distance.ts';
import { overlapOf } from '../overlap.ts';
import { surfaceDiceOf } from '../surface-dice.ts';
import { checkTolerant, type Measured, measure, type ToleranceOptions } from './measure.ts';

/** What MONAI's metrics answer with their defaults, under the names of the metrics. */
export interface MonaiNumbers {
  /** NaN for an empty reference (`ignore_empty=True`). */
  readonly dice: number;
  /** NaN for an empty reference (`ignore_empty=True`). */
  readonly iou: number;
  /** `HausdorffDistanceMetric`; Infinity where one mask is empty, NaN where both are. */
  readonly hausdorffDistance: number;
  /** `percentile=95`: the larger of the two directions'; NaN where a mask is empty. */
  readonly hausdorffDistance95: number;
  /** `SurfaceDistanceMetric`: from the prediction's border; empty masks as in `hausdorffDistance`. */
  readonly averageSurfaceDistance: number;
  /** `symmetric=True`: of both directions in one list; empty masks as in `hausdorffDistance`. */
  readonly symmetricAverageSurfaceDistance: number;
  /** `SurfaceDiceMetric` of border pixels; 0 where one mask is empty, NaN where both are. */
  readonly surfaceDice: number;
}

/** As {@link peers}, of MONAI alone. */
export function monai(pred: Raster, gt: Raster, options: ToleranceOptions = {}): MonaiNumbers {
  const { surface, tolerance } = checkTolerant(pred, gt, options, 'monai');
  return monaiNumbers(measure(pred, gt, surface, 'monai'), tolerance);
}

export function monaiNumbers({ counts, distances }: Measured, tolerance: number): MonaiNumbers {
  const { empty } = distances;
  const scored = counts.truePositives + counts.falseNegatives > 0;
  const overlaps = {
    dice: scored ? overlapOf('dice', counts, 'nan', 'monai') : Number.NaN,
    iou: scored ? overlapOf('jaccard', counts, 'nan', 'monai') : Number.NaN,
    surfaceDice: empty === 'both' ? Number.NaN : surfaceDiceOf(distances, tolerance, 'pixels'),
  };
  if (empty !== 'none') {
    const far = empty === 'both' ? Number.NaN : Number.POSITIVE_INFINITY;
    return {
      ...overlaps,
      hausdorffDistance: far,
      // Its percentile of an infinite list is NaN.
      hausdorffDistance95: Number.NaN,
      averageSurfaceDistance: far,
      symmetricAverageSurfaceDistance: far,
    };
  }
  const [pred, gt] = directedSums(distances, 'pixels');
  return {
    ...overlaps,
    hausdorffDistance: farthest(distances),
    hausdorffDistance95: hausdorffOf(distances, 95, 'max-directed'),
    averageSurfaceDistance: directedMean(pred),
    symmetricAverageSurfaceDistance: pooledMean(pred, gt),
  };
}
