import type { Raster } from '@clickseg/raster';
import { borderPoints } from './border.ts';
import { type Crop, cropBytes } from './crop.ts';
import type { EmptyMasks } from './empty.ts';
import { MaskPair } from './mask-pair.ts';
import { MemoryBudget } from './memory.ts';
import { metricDistances } from './metric-distances.ts';
import { nearestDistances } from './nearest.ts';
import type { PointSet } from './points.ts';
import { type CheckedSurface, checkSurface, type SurfaceOptions } from './surface-options.ts';
import { contourLengths, surfaceAreas } from './surfel-weights.ts';
import { surfelPoints } from './surfels.ts';

/**
 * Distances both ways between two surfaces, in the spacing's unit, in raster order of the points. Later metrics read these very
 * lists: copy one before sorting it.
 */
export interface DirectedDistances {
  /** From each point of the prediction's surface to the reference's. */
  readonly predToGt: Float64Array;
  /** From each point of the reference's surface to the prediction's. */
  readonly gtToPred: Float64Array;
}

/** Distances between surface elements, each with its contour length or surface area. */
export interface ElementDistances extends DirectedDistances {
  readonly predWeights: Float64Array;
  readonly gtWeights: Float64Array;
}

/** What {@link surfaceDistances} measured; every surface metric takes it in place of the masks. */
export interface SurfaceDistances {
  readonly kind: 'surface-distances';
  readonly shape: readonly number[];
  /** In axis order. */
  readonly spacing: readonly number[];
  /** Which mask holds no pixel. */
  readonly empty: EmptyMasks;
  /** Between border pixels (MedPy, MONAI). Computed when first read. */
  readonly pixels: DirectedDistances;
  /** Between half-voxel surface elements (surface-distance). Computed when first read. */
  readonly elements: ElementDistances;
}

/**
 * The distances between two masks' surfaces, computed once for any number of metrics. Only the joint
 * box of the masks is touched, and each of the two kinds of surface is measured when first read. The
 * masks are copied out of that box at once, so that changing them afterwards changes nothing.
 *
 * @param pred - the prediction, `[h, w]` or `[d, h, w]`, non-zero inside
 * @param gt - the reference, same shape
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `invalid-spacing`,
 *   `invalid-option`, `not-finite`, or `too-large` before allocation where `memoryLimit` would not do
 */
export function surfaceDistances(pred: Raster, gt: Raster, options: SurfaceOptions = {}): SurfaceDistances {
  const surface = checkSurface(pred, gt, options, 'surfaceDistances');
  return measureSurfaces(new MaskPair(pred, gt, 'surfaceDistances'), surface, 'surfaceDistances');
}

/** As {@link surfaceDistances}, its options checked already. */
export function measureSurfaces(pair: MaskPair, surface: CheckedSurface, what: string): SurfaceDistances {
  const budget = new MemoryBudget(surface.memoryLimit, what);
  budget.take(pair.copyBytes);
  const { box, empty } = pair;
  if (box) budget.take(2 * cropBytes(box, surface.dims));
  const { crops } = pair;
  budget.give(pair.copyBytes);
  let pixels: DirectedDistances | undefined;
  let elements: ElementDistances | undefined;
  return {
    kind: 'surface-distances',
    shape: [...pair.gt.shape],
    spacing: surface.spacing,
    empty,
    get pixels() {
      pixels ??= crops ? pixelDistances(crops[0], crops[1], surface, budget) : NOTHING;
      return pixels;
    },
    get elements() {
      elements ??= crops ? elementDistances(crops[0], crops[1], surface, budget) : NOTHING;
      return elements;
    },
  };
}

const NONE = new Float64Array(0);
const NOTHING = { predToGt: NONE, gtToPred: NONE, predWeights: NONE, gtWeights: NONE };

function pixelDistances(a: Crop, b: Crop, surface: CheckedSurface, budget: MemoryBudget): DirectedDistances {
  return counted(budget, () => {
    const pred = borderPoints(a, surface.dims, surface.connectivity, budget);
    const gt = borderPoints(b, surface.dims, surface.connectivity, budget);
    budget.take(8 * (pred.count + gt.count));
    return [bothWays(pred, gt, surface, budget), 8 * (pred.count + gt.count)];
  });
}

function elementDistances(a: Crop, b: Crop, surface: CheckedSurface, budget: MemoryBudget): ElementDistances {
  return counted(budget, () => {
    const pred = surfelPoints(a, surface.dims, budget);
    const gt = surfelPoints(b, surface.dims, budget);
    // A distance and a weight each, and what sorting the longer list for its percentile takes.
    const kept = 16 * (pred.count + gt.count);
    budget.take(kept + SORTING * Math.max(pred.count, gt.count));
    const table = surface.dims === 3 ? surfaceAreas(surface.spacing) : contourLengths(surface.spacing);
    const found = {
      ...bothWays(pred, gt, surface, budget),
      predWeights: weights(pred, table),
      gtWeights: weights(gt, table),
    };
    return [found, kept];
  });
}

/** Bytes a surface element that `weightedPercentile` takes: an order, weights in it, the engine's own lists. */
const SORTING = 28;

/** Does work that takes from the budget, and afterwards leaves only what it says it keeps counted. */
function counted<T>(budget: MemoryBudget, work: () => [T, number]): T {
  const before = budget.mark();
  let keeps = 0;
  try {
    const [found, kept] = work();
    keeps = kept;
    return found;
  } finally {
    budget.backTo(before + keeps);
  }
}

function bothWays(
  pred: PointSet,
  gt: PointSet,
  surface: CheckedSurface,
  budget: MemoryBudget,
): DirectedDistances {
  const spacing = surface.dims === 3 ? surface.spacing : [1, ...surface.spacing];
  const { metric } = surface;
  if (metric !== 'euclidean') {
    return {
      predToGt: metricDistances(pred, gt, spacing, metric),
      gtToPred: metricDistances(gt, pred, spacing, metric),
    };
  }
  return {
    predToGt: nearestDistances(pred, gt, spacing, budget),
    gtToPred: nearestDistances(gt, pred, spacing, budget),
  };
}

function weights(points: PointSet, table: Float64Array): Float64Array {
  const out = new Float64Array(points.count);
  for (let i = 0; i < out.length; i++) out[i] = table[points.code![i]];
  return out;
}
