import { ClicksegError, contiguous, type Raster, withDefaults } from '@clickseg/raster';
import { type EmptyPolicy, emptyScore } from './empty.ts';
import { checkOptions } from './options.ts';
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
 * @throws ClicksegError `invalid-array` (for a value outside of 0 to 1 too, such as a mask of 0 and 255), `invalid-shape`,
 *   `shape-mismatch`, `invalid-option`, `not-finite` for a NaN or infinite pixel, or `empty-mask` under `empty: 'throw'`
 */
export function softDice(pred: Raster, gt: Raster, options: SoftDiceOptions = {}): number {
  const { empty } = withDefaults(SOFT_DICE_DEFAULTS, checkOptions(options, 'softDice'));
  checkPair(pred, gt, 'softDice');
  const p = contiguous(pred).data;
  const g = contiguous(gt).data;
  let both = 0;
  let squares = 0;
  let off = -1;
  for (let i = 0; i < p.length; i++) {
    both += p[i] * g[i];
    squares += p[i] * p[i] + g[i] * g[i];
    if (!(p[i] >= 0 && p[i] <= 1 && g[i] >= 0 && g[i] <= 1) && off < 0) off = i;
  }
  if (off >= 0) {
    const nan = !Number.isFinite(p[off]) || !Number.isFinite(g[off]);
    const why = nan ? '' : '; a probability is 0 to 1, and so is a mask here';
    throw new ClicksegError(
      nan ? 'not-finite' : 'invalid-array',
      `softDice: pixel ${off} is ${p[off]} in pred and ${g[off]} in gt${why}`,
    );
  }
  return squares > 0 ? (2 * both) / squares : emptyScore(empty, 'both', 'softDice');
}
