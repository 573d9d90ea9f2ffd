import { ClicksegError, describe, type Raster, withDefaults } from '@clickseg/raster';
import { bandWidth } from './boundary-iou.ts';
import { type CompareOptions, checkCompare, compareWithin, type MaskComparison } from './compare-masks.ts';
import { emptyOf } from './counts.ts';
import { volumeStrides } from './mask.ts';
import { MaskPair } from './mask-pair.ts';
import type { CheckedSurface } from './surface-options.ts';

/** Options of {@link compareSlices}. */
export interface CompareSlicesOptions extends CompareOptions {
  /** The axis that slices are cut across: 0 (z, the default), 1 (y) or 2 (x) of `[d, h, w]`. */
  readonly axis?: 0 | 1 | 2;
  /**
   * Which slices to compare; default `'gt'`, those that hold the structure in the reference, as the
   * paper's tasks do. `'either'` adds those where only the prediction does (it spilled there), `'all'`
   * takes every slice.
   */
  readonly slices?: 'gt' | 'either' | 'all';
}

/** Defaults of {@link CompareSlicesOptions} beside those of `CompareOptions`. */
export const COMPARE_SLICES_DEFAULTS = { axis: 0, slices: 'gt' } as const;

/** One slice's comparison. */
export interface SliceComparison extends MaskComparison {
  /** Index along the axis. */
  readonly slice: number;
}

/**
 * Compares two volumes slice by slice, the paper's unit: distances stay within a slice, and each slice
 * is one sample for {@link summarize}. Which slices count is a choice that moves every mean, so it is
 * an option; the default leaves out slices without the structure in the reference.
 *
 * @param pred - the prediction, `[d, h, w]`, non-zero inside
 * @param gt - the reference, same shape
 * @throws ClicksegError as `compareMasks`; `invalid-shape` for slices, `invalid-option` for an unknown axis
 */
export function compareSlices(
  pred: Raster,
  gt: Raster,
  options: CompareSlicesOptions = {},
): SliceComparison[] {
  const terms = checkCompare(pred, gt, options, 'compareSlices');
  const { axis, slices } = withDefaults(COMPARE_SLICES_DEFAULTS, options);
  if (gt.shape.length !== 3) {
    throw new ClicksegError('invalid-shape', `compareSlices: expected [d, h, w], got [${gt.shape}]`);
  }
  if (axis !== 0 && axis !== 1 && axis !== 2) {
    throw new ClicksegError('invalid-option', `compareSlices: axis ${describe(axis)} is not 0, 1 or 2`);
  }
  if (!['gt', 'either', 'all'].includes(slices)) {
    throw new ClicksegError('invalid-option', `compareSlices: unknown slices ${describe(slices)}`);
  }
  const measure = inPlane(terms.measure, axis);
  const found: SliceComparison[] = [];
  for (let slice = 0; slice < gt.shape[axis]; slice++) {
    const what = `compareSlices: slice ${slice}`;
    const pair = new MaskPair(pickSlice(pred, axis, slice), pickSlice(gt, axis, slice), what);
    // Counts come first: a slice that is left out must not meet the policy for empty ones.
    const empty = emptyOf(pair.counts);
    if (slices !== 'all' && (empty === 'both' || (slices === 'gt' && empty === 'gt'))) continue;
    const band = bandWidth(options.boundaryWidth, pair.gt.shape, what);
    found.push({ slice, ...compareWithin(pair, { ...terms, measure }, { band, beyond: 0 }, what) });
  }
  return found;
}

/** @throws ClicksegError `invalid-option` for a connectivity that a slice does not have */
function inPlane(measure: CheckedSurface, axis: 0 | 1 | 2): CheckedSurface {
  if (measure.connectivity === 3) {
    throw new ClicksegError('invalid-option', 'compareSlices: connectivity must be 1 to 2 in a slice, got 3');
  }
  return { ...measure, dims: 2, spacing: measure.spacing.filter((_, a) => a !== axis) };
}

/** A slice of a volume, as a view of its memory. */
export function pickSlice(volume: Raster, axis: 0 | 1 | 2, slice: number): Raster {
  const stride = volumeStrides(volume);
  const keep = [0, 1, 2].filter((a) => a !== axis);
  return {
    data: volume.data,
    shape: keep.map((a) => volume.shape[a]),
    stride: keep.map((a) => stride[a]),
    offset: (volume.offset ?? 0) + slice * stride[axis],
  };
}
