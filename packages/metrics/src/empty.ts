import { ClicksegError, describe } from '@clickseg/raster';

/**
 * What a metric answers where a mask is empty. There is no right number, so there is no silent one:
 *
 * - `'nan'` (default): NaN, to be counted by {@link summarize}, as MONAI does;
 * - `'infinity'`: the distance to nothing is infinite, two empty masks agree (distance 0, score 1), a
 *   ratio with an empty denominator beside a non-empty mask is 0;
 * - `{ penalty }`: as `'infinity'` with this distance, in the spacing's unit, in its place (the image's
 *   diagonal is a common choice of challenges);
 * - `'throw'`: a ClicksegError `empty-mask`, as MedPy does.
 *
 * Specificity is undefined where the reference fills the image. That is not for an empty mask: it is NaN under `'nan'` and
 * `'throw'`.
 */
export type EmptyPolicy = 'nan' | 'infinity' | 'throw' | { readonly penalty: number };

/** Which of the two masks hold no pixel. */
export type EmptyMasks = 'none' | 'pred' | 'gt' | 'both';

/** @throws ClicksegError `invalid-option` for anything but a policy */
export function checkEmptyPolicy(empty: EmptyPolicy, what: string): void {
  if (empty === 'nan' || empty === 'infinity' || empty === 'throw') return;
  const penalty = typeof empty === 'object' && empty !== null ? empty.penalty : Number.NaN;
  if (typeof penalty !== 'number' || Number.isNaN(penalty) || penalty < 0) {
    const got =
      typeof empty === 'object' && empty !== null ? `{ penalty: ${describe(penalty)} }` : describe(empty);
    throw new ClicksegError(
      'invalid-option',
      `${what}: empty must be 'nan', 'infinity', 'throw' or { penalty of at least 0 }, got ${got}`,
    );
  }
}

/** The distance that the policy gives to a pair with an empty mask. */
export function emptyDistance(policy: EmptyPolicy, which: EmptyMasks, what: string): number {
  if (policy === 'throw') throw emptyError(which, what);
  if (policy === 'nan') return Number.NaN;
  if (which === 'both') return 0;
  return policy === 'infinity' ? Number.POSITIVE_INFINITY : policy.penalty;
}

/** The score (1 best, 0 worst) that the policy gives where a ratio's denominator is zero. */
export function emptyScore(policy: EmptyPolicy, which: EmptyMasks, what: string): number {
  if (policy === 'throw') throw emptyError(which, what);
  if (policy === 'nan') return Number.NaN;
  return which === 'both' ? 1 : 0;
}

function emptyError(which: EmptyMasks, what: string): ClicksegError {
  const who = which === 'both' ? 'both masks are' : `${which} is`;
  return new ClicksegError('empty-mask', `${what}: ${who} empty`);
}
