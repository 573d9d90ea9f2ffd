import type { Raster } from '@clickseg/raster';
import type { BorderConnectivity } from '../border.ts';
import { farthest, hausdorffOf } from '../hausdorff.ts';
import { directedMean, directedSums, pooledMean } from '../mean-distance.ts';
import { overlapOf } from '../overlap.ts';
import type { SurfaceOptions } from '../surface-options.ts';
import { checkPeer, type Measured, measure } from './measure.ts';

/** Options of {@link medpy}. */
export interface MedpyOptions extends Pick<SurfaceOptions, 'spacing' | 'memoryLimit'> {
  /** MedPy's own `connectivity`; default 1, as there. */
  readonly connectivity?: BorderConnectivity;
}

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

/** As {@link peers}, of MedPy alone. */
export function medpy(pred: Raster, gt: Raster, options: MedpyOptions = {}): MedpyNumbers {
  const surface = checkPeer(pred, gt, options, 'medpy');
  return medpyNumbers(measure(pred, gt, surface, 'medpy'));
}

export function medpyNumbers({ counts, distances }: Measured): MedpyNumbers {
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
    asd: directedMean(pred),
    assd: pooledMean(pred, gt),
  };
}
