import { ClicksegError, describe, type Raster } from '@clickseg/raster';
import { checkDirection, type Direction } from './direction.ts';
import { emptyDistance } from './empty.ts';
import { type MeasuredOptions, resolve, type SurfaceMetricOptions } from './resolve.ts';
import type { SurfaceDistances } from './surface-distances.ts';

/**
 * Between what the mean is taken: `'pixels'`, border pixels counting one each (MedPy, MONAI), or
 * `'elements'`, half-voxel surface elements weighted by length or area (surface-distance).
 */
export type SurfaceKind = 'pixels' | 'elements';

/** Options of the mean distances. */
export interface MeanDistanceOptions extends SurfaceMetricOptions {
  /** Default `'pixels'`. */
  readonly surface?: SurfaceKind;
}

/** Options of {@link averageSurfaceDistance}. */
export interface DirectedMeanOptions extends MeanDistanceOptions {
  /** From whose surface; default `'pred-to-gt'`. */
  readonly direction?: Direction;
}

/** Defaults of {@link MeanDistanceOptions} and {@link DirectedMeanOptions}. */
export const MEAN_DISTANCE_DEFAULTS = { surface: 'pixels', direction: 'pred-to-gt', empty: 'nan' } as const;

/**
 * The mean absolute distance, MAD: the mean over both surfaces' points together, which the field also
 * calls ASSD (MedPy `assd`, MONAI `SurfaceDistanceMetric(symmetric=True)`). The paper gives MAD no
 * formula; this is the usual one.
 *
 * @returns in the spacing's unit; for an empty mask what `empty` says
 * @throws ClicksegError as {@link surfaceDistances}; `empty-mask` under `empty: 'throw'`
 */
export function meanAbsoluteDistance(
  distances: SurfaceDistances,
  options?: MeasuredOptions<MeanDistanceOptions>,
): number;
export function meanAbsoluteDistance(pred: Raster, gt: Raster, options?: MeanDistanceOptions): number;
export function meanAbsoluteDistance(
  first: Raster | SurfaceDistances,
  second?: Raster | MeanDistanceOptions,
  third?: MeanDistanceOptions,
): number {
  return mean('meanAbsoluteDistance', first, second, third, pooledMean);
}

/**
 * MASD, the mean of the two directed means: both surfaces count the same, however long they are.
 * Not {@link meanAbsoluteDistance}, though both are called "average symmetric distance" in places.
 *
 * @returns and throws as {@link meanAbsoluteDistance}
 */
export function masd(distances: SurfaceDistances, options?: MeasuredOptions<MeanDistanceOptions>): number;
export function masd(pred: Raster, gt: Raster, options?: MeanDistanceOptions): number;
export function masd(
  first: Raster | SurfaceDistances,
  second?: Raster | MeanDistanceOptions,
  third?: MeanDistanceOptions,
): number {
  return mean('masd', first, second, third, meanOfMeans);
}

/**
 * The directed average surface distance, ASD: how far one surface lies from the other on average.
 * MedPy `asd(result, reference)` is `'pred-to-gt'`.
 *
 * @returns and throws as {@link meanAbsoluteDistance}; `invalid-option` for an unknown direction
 */
export function averageSurfaceDistance(
  distances: SurfaceDistances,
  options?: MeasuredOptions<DirectedMeanOptions>,
): number;
export function averageSurfaceDistance(pred: Raster, gt: Raster, options?: DirectedMeanOptions): number;
export function averageSurfaceDistance(
  first: Raster | SurfaceDistances,
  second?: Raster | DirectedMeanOptions,
  third?: DirectedMeanOptions,
): number {
  return mean('averageSurfaceDistance', first, second, third, (p, g, direction) => {
    return directedMean(direction === 'gt-to-pred' ? g : p);
  });
}

interface Directed {
  sum: number;
  weight: number;
}

function mean(
  what: string,
  first: Raster | SurfaceDistances,
  second: Raster | DirectedMeanOptions | undefined,
  third: DirectedMeanOptions | undefined,
  combine: (pred: Directed, gt: Directed, direction: Direction) => number,
): number {
  const { distances, options } = resolve(what, first, second, third, MEAN_DISTANCE_DEFAULTS, (o) => {
    checkSurfaceKind(o.surface, what);
    checkDirection(o.direction, what);
  });
  if (distances.empty !== 'none') return emptyDistance(options.empty, distances.empty, what);
  const [pred, gt] = directedSums(distances, options.surface);
  return combine(pred, gt, options.direction);
}

/** Sum of distances and of weights from either surface, the prediction's first. */
export function directedSums(d: SurfaceDistances, surface: SurfaceKind): [Directed, Directed] {
  if (surface === 'pixels') return [sum(d.pixels.predToGt), sum(d.pixels.gtToPred)];
  const { predToGt, gtToPred, predWeights, gtWeights } = d.elements;
  return [weightedSum(predToGt, predWeights), weightedSum(gtToPred, gtWeights)];
}

/** The mean over one surface's points. */
export function directedMean({ sum, weight }: Directed): number {
  return sum / weight;
}

/** The mean of both directed means, MASD. */
export function meanOfMeans(pred: Directed, gt: Directed): number {
  return (directedMean(pred) + directedMean(gt)) / 2;
}

/** The mean over both surfaces' points together. */
export function pooledMean(pred: Directed, gt: Directed): number {
  return (pred.sum + gt.sum) / (pred.weight + gt.weight);
}

function sum(values: Float64Array): Directed {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return { sum: total, weight: values.length };
}

function weightedSum(values: Float64Array, weights: Float64Array): Directed {
  let total = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i] * weights[i];
    weight += weights[i];
  }
  return { sum: total, weight };
}

/** @throws ClicksegError `invalid-option` */
export function checkSurfaceKind(surface: SurfaceKind, what: string): void {
  if (surface === 'pixels' || surface === 'elements') return;
  throw new ClicksegError(
    'invalid-option',
    `${what}: surface must be 'pixels' or 'elements', got ${describe(surface)}`,
  );
}
