import { type Raster, withDefaults } from '@clickseg/raster';
import { borderPoints } from './border.ts';
import { type Crop, cropBytes, LEFT } from './crop.ts';
import { emptyDistance } from './empty.ts';
import { HAUSDORFF_DEFAULTS, largest } from './hausdorff.ts';
import { MaskPair } from './mask-pair.ts';
import { MemoryBudget } from './memory.ts';
import { metricDistances } from './metric-distances.ts';
import { nearestDistances } from './nearest.ts';
import { checkOptions } from './options.ts';
import { PointCollector, type PointSet } from './points.ts';
import type { SurfaceMetricOptions } from './resolve.ts';
import { checkSurface } from './surface-options.ts';

/**
 * The Hausdorff distance between all marked pixels instead of the borders: how far a pixel of one mask
 * lies outside the other. `scipy.spatial.distance.directed_hausdorff` both ways on every pixel's
 * coordinates, `skimage.metrics.hausdorff_distance`. Smaller than {@link hausdorff} where one mask has
 * a hole: pixels of the hole's border lie inside the other mask, at distance 0.
 *
 * @returns in the spacing's unit; for an empty mask what `empty` says
 * @throws ClicksegError as {@link surfaceDistances}; `empty-mask` under `empty: 'throw'`
 */
export function setHausdorff(pred: Raster, gt: Raster, options: SurfaceMetricOptions = {}): number {
  const { empty } = withDefaults(HAUSDORFF_DEFAULTS, checkOptions(options, 'setHausdorff'));
  const { dims, spacing, metric, memoryLimit } = checkSurface(pred, gt, options, 'setHausdorff');
  const budget = new MemoryBudget(memoryLimit, 'setHausdorff');
  const pair = new MaskPair(pred, gt, 'setHausdorff');
  budget.take(pair.copyBytes);
  if (pair.empty !== 'none') return emptyDistance(empty, pair.empty, 'setHausdorff');
  budget.take(2 * cropBytes(pair.box!, dims));
  const [cropA, cropB] = pair.crops!;
  const scale = dims === 3 ? spacing : [1, ...spacing];
  const measure = (from: PointSet, to: PointSet) => {
    budget.take(8 * from.count);
    return metric === 'euclidean'
      ? nearestDistances(from, to, scale, budget)
      : metricDistances(from, to, scale, metric);
  };
  // From outside, the nearest pixel of a mask is one of its border; every pixel inside is at 0.
  const there = measure(outsidePoints(cropA, cropB, budget), borderPoints(cropB, dims, 1, budget));
  const back = measure(outsidePoints(cropB, cropA, budget), borderPoints(cropA, dims, 1, budget));
  return Math.max(largest(there), largest(back));
}

/** The pixels of one mask that the other lacks. */
function outsidePoints(mask: Crop, other: Crop, budget: MemoryBudget): PointSet {
  const { bytes, depth, height, width, row, plane, first } = mask;
  const collector = new PointCollector(depth, height, width, false, budget);
  for (let z = 0; z < depth; z++) {
    for (let y = 1; y <= height; y++) {
      const { x: xs, from } = collector.room();
      const at = first + z * plane + y * row + LEFT;
      let to = from;
      for (let x = 0; x < width; x++) if (bytes[at + x] > other.bytes[at + x]) xs[to++] = x;
      collector.endRow(to);
    }
  }
  return collector.finish();
}
