import { ClicksegError, describe, type Raster } from '@clickseg/raster';
import { emptyScore } from './empty.ts';
import { checkSurfaceKind, type SurfaceKind } from './mean-distance.ts';
import { type MeasuredOptions, resolve, type SurfaceMetricOptions } from './resolve.ts';
import type { SurfaceDistances } from './surface-distances.ts';

/** Options of {@link surfaceDice}. */
export interface SurfaceDiceOptions extends SurfaceMetricOptions {
  /** Distance up to which, inclusive, surfaces agree; in the spacing's unit; default 1. */
  readonly tolerance?: number;
  /**
   * Default `'elements'`, as the metric was defined (surface-distance, MONAI with `use_subvoxels`);
   * `'pixels'` counts border pixels (MONAI's default).
   */
  readonly surface?: SurfaceKind;
}

/** Defaults of {@link SurfaceDiceOptions}. */
export const SURFACE_DICE_DEFAULTS = { tolerance: 1, surface: 'elements', empty: 'nan' } as const;

/**
 * Surface Dice at a tolerance, also normalised surface Dice (NSD; Nikolov et al. 2018): the share of
 * both surfaces that lies within `tolerance` of the other.
 *
 * @returns 0 to 1; 0 where one mask is empty; what `empty` says where both are
 * @throws ClicksegError as {@link surfaceDistances}; `invalid-option` for a negative tolerance
 */
export function surfaceDice(
  distances: SurfaceDistances,
  options?: MeasuredOptions<SurfaceDiceOptions>,
): number;
export function surfaceDice(pred: Raster, gt: Raster, options?: SurfaceDiceOptions): number;
export function surfaceDice(
  first: Raster | SurfaceDistances,
  second?: Raster | SurfaceDiceOptions,
  third?: SurfaceDiceOptions,
): number {
  const { distances, options } = resolve('surfaceDice', first, second, third, SURFACE_DICE_DEFAULTS, (o) => {
    checkTolerance(o.tolerance, 'surfaceDice');
    checkSurfaceKind(o.surface, 'surfaceDice');
  });
  if (distances.empty === 'both') return emptyScore(options.empty, 'both', 'surfaceDice');
  return surfaceDiceOf(distances, options.tolerance, options.surface);
}

/** Surface Dice of distances at hand; not both masks empty. */
export function surfaceDiceOf(d: SurfaceDistances, tolerance: number, surface: SurfaceKind): number {
  if (d.empty !== 'none') return 0;
  if (surface === 'pixels') {
    const { predToGt, gtToPred } = d.pixels;
    const near = count(predToGt, tolerance) + count(gtToPred, tolerance);
    return near / (predToGt.length + gtToPred.length);
  }
  const { predToGt, gtToPred, predWeights, gtWeights } = d.elements;
  const [nearPred, allPred] = weigh(predToGt, predWeights, tolerance);
  const [nearGt, allGt] = weigh(gtToPred, gtWeights, tolerance);
  return (nearPred + nearGt) / (allPred + allGt);
}

/** @throws ClicksegError `invalid-option` for a negative or NaN tolerance */
export function checkTolerance(tolerance: number, what: string): void {
  if (typeof tolerance === 'number' && tolerance >= 0) return;
  throw new ClicksegError('invalid-option', `${what}: tolerance ${describe(tolerance)} is not at least 0`);
}

function count(values: Float64Array, tolerance: number): number {
  let near = 0;
  for (let i = 0; i < values.length; i++) if (values[i] <= tolerance) near++;
  return near;
}

/** The weight of what lies within the tolerance, and of all. */
export function weigh(values: Float64Array, weights: Float64Array, tolerance: number): [number, number] {
  let near = 0;
  let all = 0;
  for (let i = 0; i < values.length; i++) {
    all += weights[i];
    if (values[i] <= tolerance) near += weights[i];
  }
  return [near, all];
}
