import { ClicksegError, checkOptions as checkIsObject, describe } from '@clickseg/raster';
import { checkEmptyPolicy, type EmptyPolicy } from './empty.ts';

/** What the peers call an option, and what it is called here: taken for an unknown name it would be dropped without a word. */
const FOREIGN: Readonly<Record<string, string>> = {
  voxelspacing: 'spacing',
  voxel_spacing: 'spacing',
  spacing_mm: 'spacing',
  tolerance_mm: 'tolerance',
  distance_metric: 'metric',
};

/**
 * Checks that options are an object without a peer's name for one. Other unknown names are let be: one object of options may
 * serve several functions.
 *
 * @throws ClicksegError `invalid-option`, with the right name
 */
export function checkNames<O extends object>(options: O, what: string): O {
  checkIsObject(options, what);
  for (const [name, value] of Object.entries(options)) {
    const ours = Object.hasOwn(FOREIGN, name) ? FOREIGN[name] : undefined;
    if (ours === undefined || value === undefined) continue;
    throw new ClicksegError('invalid-option', `${what}: ${name} ${describe(value)} is called ${ours} here`);
  }
  const { x, y } = options as { x?: unknown; y?: unknown };
  if (x === undefined || y === undefined) return options;
  throw new ClicksegError(
    'invalid-option',
    `${what}: { x: ${describe(x)}, y: ${describe(y)} } goes into spacing`,
  );
}

/** As {@link checkNames}, the policy for empty masks too. */
export function checkOptions<O extends { readonly empty?: EmptyPolicy }>(options: O, what: string): O {
  checkNames(options, what);
  if (options.empty !== undefined) checkEmptyPolicy(options.empty, what);
  return options;
}

/** @throws ClicksegError `invalid-option` for a percentile where it is fixed; in the peers' functions of the name it is not */
export function refusePercentile(options: object, what: string): void {
  const { percentile } = options as { percentile?: unknown };
  if (percentile === undefined) return;
  throw new ClicksegError(
    'invalid-option',
    `${what}: percentile ${describe(percentile)} is an option of hausdorffPercentile`,
  );
}
