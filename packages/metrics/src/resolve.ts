import { ClicksegError, checkOptions as checkIsObject, describe, type Raster } from '@clickseg/raster';
import { checkEmptyPolicy, type EmptyPolicy } from './empty.ts';
import { measureSurfaces, type SurfaceDistances } from './surface-distances.ts';
import { checkSurface, type SurfaceOptions } from './surface-options.ts';

/** Options that every surface metric takes. */
export interface SurfaceMetricOptions extends SurfaceOptions {
  /** What to answer where a mask is empty; default `'nan'`. */
  readonly empty?: EmptyPolicy;
}

/** Options of a metric of distances that were measured already: how surfaces are found was decided there. */
export type MeasuredOptions<O extends SurfaceMetricOptions> = Omit<O, keyof SurfaceOptions>;

/** True for what {@link surfaceDistances} returned. */
export function isSurfaceDistances(value: unknown): value is SurfaceDistances {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'surface-distances';
}

/** The two ways to call a surface metric, made one: distances at hand, or a pair of masks to measure. */
export function resolve<O extends SurfaceMetricOptions>(
  what: string,
  first: Raster | SurfaceDistances,
  second: Raster | O | undefined,
  third: O | undefined,
  check: (options: O) => void,
): { distances: SurfaceDistances; options: O; empty: EmptyPolicy } {
  if (isSurfaceDistances(first)) {
    const options = checkOptions((second ?? {}) as O, what);
    refuseSurface(options, what);
    check(options);
    return { distances: first, options, empty: options.empty ?? 'nan' };
  }
  const options = checkOptions((third ?? {}) as O, what);
  const pred = first;
  const gt = second as Raster;
  const surface = checkSurface(pred, gt, options, what);
  check(options);
  return { distances: measureSurfaces(pred, gt, surface, what), options, empty: options.empty ?? 'nan' };
}

const SURFACE_OPTIONS = ['spacing', 'connectivity', 'metric', 'memoryLimit'] as const;

/** Distances are measured: a spacing that is given beside them would be taken for one that counts. */
function refuseSurface(options: SurfaceOptions, what: string): void {
  const given = SURFACE_OPTIONS.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new ClicksegError(
    'invalid-option',
    `${what}: ${given} ${describe(options[given])} is for surfaceDistances, by which these were measured`,
  );
}

/** @throws ClicksegError `invalid-option` for options that are no object or an unknown empty policy */
export function checkOptions<O extends { readonly empty?: EmptyPolicy }>(options: O, what: string): O {
  checkIsObject(options, what);
  checkEmptyPolicy(options.empty ?? 'nan', what);
  return options;
}
