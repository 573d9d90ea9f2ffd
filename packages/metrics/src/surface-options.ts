import {
  axisSpacing,
  ClicksegError,
  checkRaster,
  checkSameShape,
  describe,
  type Raster,
  type Spacing,
  withDefaults,
} from '@clickseg/raster';
import type { BorderConnectivity } from './border.ts';
import { checkNames } from './options.ts';

/** How far apart two points are, on axes scaled by the spacing. */
export type DistanceMetric = 'euclidean' | 'chessboard' | 'city-block';

/** How surfaces are found and measured. */
export interface SurfaceOptions {
  /** Pixel spacing, `{ x, y, z? }` or in the array's axis order; default 1 along every axis. */
  readonly spacing?: Spacing;
  /** Which neighbours make a pixel a border pixel; default 1 (faces), as MedPy and MONAI. */
  readonly connectivity?: BorderConnectivity;
  /**
   * Default `'euclidean'`; the other two as MONAI's `distance_metric`, which counts pixels whatever the spacing: for its number
   * give none.
   */
  readonly metric?: DistanceMetric;
  /**
   * The most extra memory that a surface's distances may take, in bytes; default 1.5e9. A pair that would need more is refused
   * (`too-large`) before that is allocated.
   */
  readonly memoryLimit?: number;
}

/** Defaults of {@link SurfaceOptions}; spacing is 1 along every axis. */
export const SURFACE_DEFAULTS = { connectivity: 1, metric: 'euclidean', memoryLimit: 1.5e9 } as const;

/** Options of surfaces, checked and complete; spacing in axis order. */
export interface CheckedSurface {
  readonly dims: 2 | 3;
  readonly spacing: readonly number[];
  readonly connectivity: BorderConnectivity;
  readonly metric: DistanceMetric;
  readonly memoryLimit: number;
}

/** Checks a pair of masks and the surface options, before any work. */
export function checkSurface(
  pred: Raster,
  gt: Raster,
  options: SurfaceOptions,
  what: string,
): CheckedSurface {
  checkPair(pred, gt, what);
  const dims = gt.shape.length as 2 | 3;
  const { connectivity, metric, memoryLimit } = withDefaults(SURFACE_DEFAULTS, checkNames(options, what));
  const spacing = axisSpacing(options.spacing, dims, `${what}: spacing`);
  if (![1, 2, 3].includes(connectivity) || connectivity > dims) {
    throw new ClicksegError(
      'invalid-option',
      `${what}: connectivity must be 1 to ${dims}, got ${describe(connectivity)}`,
    );
  }
  if (!['euclidean', 'chessboard', 'city-block'].includes(metric)) {
    throw new ClicksegError('invalid-option', `${what}: unknown metric ${describe(metric)}`);
  }
  if (typeof memoryLimit !== 'number' || !(memoryLimit > 0)) {
    throw new ClicksegError('invalid-option', `${what}: memoryLimit ${describe(memoryLimit)} is not above 0`);
  }
  return { dims, spacing, connectivity, metric, memoryLimit };
}

/** Checks both masks and that their shapes agree. */
export function checkPair(pred: Raster, gt: Raster, what: string): void {
  checkRaster(pred, `${what}: pred`);
  checkRaster(gt, `${what}: gt`);
  checkSameShape(pred, gt, `${what}: pred and gt`);
}
