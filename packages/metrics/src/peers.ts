import type { Raster } from '@clickseg/raster';
import type { BorderConnectivity } from './border.ts';
import { farthest, hausdorffOf } from './hausdorff.ts';
import { type Counts, MaskPair } from './mask-pair.ts';
import { directedSums } from './mean-distance.ts';
import { checkNames } from './options.ts';
import { overlapOf } from './overlap.ts';
import { checkTolerance, SURFACE_DICE_DEFAULTS, surfaceDiceOf, weigh } from './surface-dice.ts';
import { measureSurfaces, type SurfaceDistances } from './surface-distances.ts';
import { checkSurface, type SurfaceOptions } from './surface-options.ts';

/** Options of {@link surfaceDistance} and {@link monai}. */
export interface PeerOptions extends Pick<SurfaceOptions, 'spacing' | 'memoryLimit'> {
  /**
   * Distance up to which, inclusive, surfaces agree; in the spacing's unit; default 1, as everywhere in this package. The tools
   * have no default.
   */
  readonly tolerance?: number;
}

/** Options of {@link medpy}. */
export interface MedpyOptions extends Pick<SurfaceOptions, 'spacing' | 'memoryLimit'> {
  /** MedPy's own `connectivity`; default 1, as there. */
  readonly connectivity?: BorderConnectivity;
}

/** Options of {@link peers}: MedPy's `connectivity` is MedPy's alone. */
export interface PeersOptions extends PeerOptions, MedpyOptions {}

/** What MedPy's `medpy.metric.binary` answers, under the names of its functions; NaN where they raise. */
export interface MedpyNumbers {
  /** 1 where both masks are empty. */
  readonly dc: number;
  /** 1 where both masks are empty. */
  readonly jc: number;
  /** 0 for an empty prediction. */
  readonly precision: number;
  /** 0 for an empty reference. */
  readonly recall: number;
  /** 0 where the reference fills the image. */
  readonly specificity: number;
  /** Relative volume difference, with its sign whatever the name says; NaN for an empty reference. */
  readonly ravd: number;
  readonly hd: number;
  /** Of both directions in one list. */
  readonly hd95: number;
  /** From the prediction's border. */
  readonly asd: number;
  /** Of both directions in one list. */
  readonly assd: number;
}

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

/** What DeepMind's surface-distance answers, under the names of its functions without `compute_`. Pairs are as there: the reference's first. */
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
  const found = measure(pred, gt, options, 'peers');
  const { connectivity = 1 } = options;
  return {
    medpy: connectivity === 1 ? medpyNumbers(found) : medpy(pred, gt, options),
    monai: monaiNumbers(found),
    surfaceDistance: surfaceDistanceNumbers(found),
  };
}

/** As {@link peers}, of MedPy alone. */
export function medpy(pred: Raster, gt: Raster, options: MedpyOptions = {}): MedpyNumbers {
  return medpyNumbers(measure(pred, gt, options, 'medpy', options.connectivity));
}

/** As {@link peers}, of MONAI alone. */
export function monai(pred: Raster, gt: Raster, options: PeerOptions = {}): MonaiNumbers {
  return monaiNumbers(measure(pred, gt, options, 'monai'));
}

/** As {@link peers}, of DeepMind's surface-distance alone. */
export function surfaceDistance(pred: Raster, gt: Raster, options: PeerOptions = {}): SurfaceDistanceNumbers {
  return surfaceDistanceNumbers(measure(pred, gt, options, 'surfaceDistance'));
}

interface Measured {
  readonly counts: Counts;
  readonly distances: SurfaceDistances;
  readonly tolerance: number;
}

function measure(
  pred: Raster,
  gt: Raster,
  options: PeerOptions,
  what: string,
  connectivity?: BorderConnectivity,
): Measured {
  // Not all the options on: a `metric` of other functions among them is none of the tools' defaults.
  const { spacing, memoryLimit, tolerance = SURFACE_DICE_DEFAULTS.tolerance } = checkNames(options, what);
  const surface = checkSurface(pred, gt, { spacing, memoryLimit, connectivity }, what);
  checkTolerance(tolerance, what);
  const pair = new MaskPair(pred, gt, what);
  const { counts } = pair;
  return { counts, distances: measureSurfaces(pair, surface, what), tolerance };
}

function medpyNumbers({ counts, distances }: Measured): MedpyNumbers {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  const numbers = {
    dc: overlapOf('dice', counts, 'infinity', 'medpy'),
    jc: overlapOf('jaccard', counts, 'infinity', 'medpy'),
    precision: tp / (tp + fp || 1),
    recall: tp / (tp + fn || 1),
    specificity: tn / (tn + fp || 1),
    ravd: tp + fn === 0 ? Number.NaN : (fp - fn) / (tp + fn),
  };
  if (distances.empty !== 'none') {
    return { ...numbers, hd: Number.NaN, hd95: Number.NaN, asd: Number.NaN, assd: Number.NaN };
  }
  const [pred, gt] = directedSums(distances, 'pixels');
  return {
    ...numbers,
    hd: farthest(distances),
    hd95: hausdorffOf(distances, 95, 'pooled'),
    asd: pred.sum / pred.weight,
    assd: (pred.sum + gt.sum) / (pred.weight + gt.weight),
  };
}

function monaiNumbers({ counts, distances, tolerance }: Measured): MonaiNumbers {
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
    averageSurfaceDistance: pred.sum / pred.weight,
    symmetricAverageSurfaceDistance: (pred.sum + gt.sum) / (pred.weight + gt.weight),
  };
}

function surfaceDistanceNumbers({ counts, distances, tolerance }: Measured): SurfaceDistanceNumbers {
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
    averageSurfaceDistance: [gt.sum / gt.weight, pred.sum / pred.weight],
    robustHausdorff: robust(100),
    robustHausdorff95: robust(95),
    surfaceOverlapAtTolerance: [nearGt / allGt, nearPred / allPred],
    surfaceDiceAtTolerance: (nearGt + nearPred) / (allGt + allPred),
    diceCoefficient: overlapOf('dice', counts, 'nan', 'surfaceDistance'),
  };
}
