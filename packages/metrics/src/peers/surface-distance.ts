import type { Raster } from '@clickseg/raster';
import { hausdorffOf } from '../hausdorff.ts';
import { directedMean, directedSums } from '../mean-distance.ts';
import { overlapOf } from '../overlap.ts';
import { weigh } from '../surface-dice.ts';
import { checkTolerant, type Measured, measure, type ToleranceOptions } from './measure.ts';

/**
 * What DeepMind's surface-distance answers, under the names of its functions without `compute_`. Pairs are as there: the
 * reference's first.
 */
export interface SurfaceDistanceNumbers {
  /** From the reference's surface, from the prediction's; NaN from an empty mask, Infinity to one. */
  readonly averageSurfaceDistance: readonly [gtToPred: number, predToGt: number];
  /** `compute_robust_hausdorff(100)`; Infinity where a mask is empty, and where both are. */
  readonly robustHausdorff: number;
  /** `compute_robust_hausdorff(95)`; empty masks as in `robustHausdorff`. */
  readonly robustHausdorff95: number;
  /** The share of the reference's surface, and of the prediction's; NaN of an empty mask, 0 against one. */
  readonly surfaceOverlapAtTolerance: readonly [gt: number, pred: number];
  /** 0 where one mask is empty, NaN where both are. */
  readonly surfaceDiceAtTolerance: number;
  /** NaN where both masks are empty. */
  readonly diceCoefficient: number;
}

/** As {@link peers}, of DeepMind's surface-distance alone. */
export function surfaceDistance(
  pred: Raster,
  gt: Raster,
  options: ToleranceOptions = {},
): SurfaceDistanceNumbers {
  const { surface, tolerance } = checkTolerant(pred, gt, options, 'surfaceDistance');
  return surfaceDistanceNumbers(measure(pred, gt, surface, 'surfaceDistance'), tolerance);
}

export function surfaceDistanceNumbers(
  { counts, distances }: Measured,
  tolerance: number,
): SurfaceDistanceNumbers {
  const { predToGt, gtToPred, predWeights, gtWeights } = distances.elements;
  // Of an empty mask's surface there is 0 / 0, and to it all is infinite: what the tool answers too.
  const [pred, gt] = directedSums(distances, 'elements');
  const [nearPred, allPred] = weigh(predToGt, predWeights, tolerance);
  const [nearGt, allGt] = weigh(gtToPred, gtWeights, tolerance);
  const robust = (percentile: number) =>
    distances.empty === 'none'
      ? hausdorffOf(distances, percentile, 'surface-weighted')
      : Number.POSITIVE_INFINITY;
  return {
    averageSurfaceDistance: [directedMean(gt), directedMean(pred)],
    robustHausdorff: robust(100),
    robustHausdorff95: robust(95),
    surfaceOverlapAtTolerance: [nearGt / allGt, nearPred / allPred],
    surfaceDiceAtTolerance: (nearGt + nearPred) / (allGt + allPred),
    diceCoefficient: overlapOf('dice', counts, 'nan', 'surfaceDistance'),
  };
}
