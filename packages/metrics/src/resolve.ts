import {
  arrayKind,
  ClicksegError,
  describe,
  type Raster,
  type WithDefaults,
  withDefaults,
} from '@clickseg/raster';
import type { EmptyPolicy } from './empty.ts';
import { MaskPair } from './mask-pair.ts';
import { checkOptions } from './options.ts';
import { measureSurfaces, type SurfaceDistances } from './surface-distances.ts';
import { checkSurface, type SurfaceOptions } from './surface-options.ts';

/** Options that every surface metric takes. */
export interface SurfaceMetricOptions extends SurfaceOptions {
  /** What to answer where a mask is empty; default `'nan'`. */
  readonly empty?: EmptyPolicy;
}

/** Options of a metric of distances that were measured already: how surfaces are found was decided there. */
export type MeasuredOptions<O extends SurfaceMetricOptions> = Omit<O, keyof SurfaceOptions>;

/** The options of a surface metric with its defaults, and the distances that they are for. */
export interface Resolved<D extends object, O extends object> {
  readonly distances: SurfaceDistances;
  readonly options: WithDefaults<D, O>;
}

/**
 * The two ways to call a surface metric, made one: distances at hand, or a pair of masks to measure.
 *
 * @param check - refuses options, complete and as they were given
 */
export function resolve<D extends { readonly empty: EmptyPolicy }, O extends SurfaceMetricOptions>(
  what: string,
  first: Raster | SurfaceDistances,
  second: Raster | O | undefined,
  third: O | undefined,
  defaults: D,
  check: (options: WithDefaults<D, O>, given: O) => void,
): Resolved<D, O> {
  const measured = isSurfaceDistances(first, what);
  if (measured) refuseMasksAfter(second, third, what);
  const given = measured ? (second as O | undefined) : third;
  const options = withDefaults(defaults, checkOptions(given === undefined ? ({} as O) : given, what));
  if (measured) {
    refuseSurface(options as SurfaceOptions, what);
    check(options, given ?? ({} as O));
    return { distances: first, options };
  }
  const gt = second as Raster;
  const surface = checkSurface(first, gt, options as SurfaceOptions, what);
  check(options, given ?? ({} as O));
  return { distances: measureSurfaces(new MaskPair(first, gt, what), surface, what), options };
}

const LISTS = {
  pixels: ['predToGt', 'gtToPred'],
  elements: ['predToGt', 'gtToPred', 'predWeights', 'gtWeights'],
};

/**
 * True for what {@link surfaceDistances} returned, and for a structured clone of it.
 * @throws ClicksegError `invalid-array` for one that lost its arrays: JSON makes objects of them, whose every metric is perfect
 */
function isSurfaceDistances(value: unknown, what: string): value is SurfaceDistances {
  const marked = typeof value === 'object' && value !== null && 'kind' in value;
  if (!marked || value.kind !== 'surface-distances') return false;
  for (const [surface, lists] of Object.entries(LISTS)) {
    // A getter measures when it is read; only what was copied can have come apart.
    if (Object.getOwnPropertyDescriptor(value, surface)?.get) continue;
    const copied = (value as Record<string, unknown>)[surface] as Record<string, unknown> | undefined;
    const lost = lists.find((name) => arrayKind(copied?.[name]) !== 'Float64Array');
    if (lost === undefined) continue;
    const got = describe(copied?.[lost]);
    throw new ClicksegError(
      'invalid-array',
      `${what}: ${surface}.${lost} of the distances is ${got}, not Float64Array, as after JSON; use structuredClone`,
    );
  }
  return true;
}

/** Distances take the place of both masks: a mask after them would be taken for options, options after it for nothing. */
function refuseMasksAfter(second: unknown, third: unknown, what: string): void {
  const mask = typeof second === 'object' && second !== null && 'data' in second && 'shape' in second;
  if (!mask && third === undefined) return;
  const got = mask ? 'a mask' : describe(third);
  throw new ClicksegError(
    'invalid-option',
    `${what}: after measured distances come options alone, got ${got}`,
  );
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
