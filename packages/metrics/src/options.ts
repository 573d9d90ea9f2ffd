import { ClicksegError, checkOptions as checkIsObject, describe } from '@clickseg/raster';
import { checkEmptyPolicy, type EmptyPolicy } from './empty.ts';

/** What the peers call an option, and what it is called here: taken for an unknown name it would be dropped without a word. */
const FOREIGN: Readonly<Record<string, string>> = {
  voxelspacing: 'spacing',
  voxel_spacing: 'spacing',
  spacing_mm: 'spacing',
  sampling: 'spacing',
  tolerance_mm: 'tolerance',
  class_thresholds: 'tolerance',
  distance_metric: 'metric',
  // A comparison's own key, handed back.
  distanceMetric: 'metric',
  directed: 'direction',
  symmetric: 'direction',
  percent: 'percentile',
  use_subvoxels: 'surface',
  ignore_empty: 'empty',
};

/**
 * Checks that options are an object without a peer's name for one. Other unknown names are let be: one object of options may
 * serve several functions. Two are refused all the same where the number would be another than they ask for: a `percentile`
 * beside a fixed one that differs ({@link refusePercentile}), a `direction` where both count ({@link refuseDirection}).
 *
 * @throws ClicksegError `invalid-option`, with the right name
 */
export function checkNames<O extends object>(options: O, what: string): O {
  refuseForeign(checkIsObject(options, what), FOREIGN, what);
  const { x, y } = options as { x?: unknown; y?: unknown };
  if (x === undefined || y === undefined) return options;
  throw new ClicksegError(
    'invalid-option',
    `${what}: { x: ${describe(x)}, y: ${describe(y)} } goes into spacing`,
  );
}

/** @throws ClicksegError `invalid-option` for an option that is called otherwise here, with the right name */
export function refuseForeign(options: object, names: Readonly<Record<string, string>>, what: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || !Object.hasOwn(names, name)) continue;
    throw new ClicksegError(
      'invalid-option',
      `${what}: ${name} ${describe(value)} is called ${names[name]} here`,
    );
  }
}

/** As {@link checkNames}, the policy for empty masks too. */
export function checkOptions<O extends { readonly empty?: EmptyPolicy }>(options: O, what: string): O {
  checkNames(options, what);
  if (options.empty !== undefined) checkEmptyPolicy(options.empty, what);
  return options;
}

/**
 * @param fixed - the percentile that the function answers, which may be named
 * @throws ClicksegError `invalid-option` for another; in the peers' functions of the name it is an option
 */
export function refusePercentile(options: object, what: string, fixed?: number): void {
  const { percentile } = options as { percentile?: unknown };
  if (percentile === undefined || percentile === fixed) return;
  throw new ClicksegError(
    'invalid-option',
    `${what}: percentile ${describe(percentile)} is an option of hausdorffPercentile`,
  );
}

/** @throws ClicksegError `invalid-option` for a direction where both directions count */
export function refuseDirection(options: object, what: string, whose: string): void {
  const { direction } = options as { direction?: unknown };
  if (direction === undefined) return;
  throw new ClicksegError(
    'invalid-option',
    `${what}: direction ${describe(direction)} is an option of ${whose}`,
  );
}
