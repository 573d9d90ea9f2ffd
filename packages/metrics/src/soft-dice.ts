import { ClicksegError, contiguous, type Raster } from '@clickseg/raster';
import { type EmptyPolicy, emptyScore } from './empty.ts';
import { checkOptions } from './resolve.ts';
import { checkPair } from './surface-options.ts';

/** Options of {@link softDice}. */
export interface SoftDiceOptions {
  /** What to answer where both are zero everywhere; default `'nan'`. */
  readonly empty?: EmptyPolicy;
}

/** Defaults of {@link SoftDiceOptions}. */
export const SOFT_DICE_DEFAULTS = { empty: 'nan' } as const;

/**
 * The paper's Dice on probabilities (section III-C), 2 sum(g p) / (sum g^2 + sum p^2): with squares in
 * the denominator, as MONAI's `DiceLoss(squared_pred=True, smooth=0)` subtracts it from 1. On 0/1
 * masks it is {@link dice}.
 *
 * @param pred - probabilities, `[h, w]` or `[d, h, w]`
 * @param gt - the reference, same shape, its values taken as they are (0 and 1)
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, `invalid-option`,
 *   `not-finite` for a NaN or infinite pixel, or `empty-mask` under `empty: 'throw'`
 */
export function softDice(pred: Raster, gt: Raster, options: SoftDiceOptions = {}): number {
  const { empty = 'nan' } = checkOptions(options, 'softDice');
  checkPair(pred, gt, 'softDice');
  const p = contiguous(pred).data;
  const g = contiguous(gt).data;
  let both = 0;
  let squares = 0;
  for (let i = 0; i < p.length; i++) {
    both += p[i] * g[i];
    squares += p[i] * p[i] + g[i] * g[i];
  }
  // One check of the sum instead of two a pixel: a NaN or infinite pixel cannot leave it finite.
  if (!Number.isFinite(squares)) {
    const at = p.findIndex((v, i) => !Number.isFinite(v) || !Number.isFinite(g[i]));
    throw new ClicksegError('not-finite', `softDice: pixel ${at} is ${p[at]} in pred and ${g[at]} in gt`);
  }
  return squares > 0 ? (2 * both) / squares : emptyScore(empty, 'both', 'softDice');
}
