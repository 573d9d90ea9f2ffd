import { checkOptions } from '@clickseg/raster';
import { checkCount, checkName, refused } from './options.ts';
import { draw, type Random } from './random.ts';

/**
 * Probability that simulated interaction `k` of at most `K` takes place while training: 1 - k / K,
 * falling linearly (paper, section III-C; MONAI's DeepGrow `Interaction`).
 *
 * @param k - whole number from 0; from `K` on the probability is 0
 * @param K - most interactions, a whole number of at least 1 (the paper: 1, 2, 5, 10, 15)
 * @returns 1 for the first interaction, 1 / K for the last
 * @throws ClicksegError `invalid-option`
 */
export function interactionProbability(k: number, K: number): number {
  checkCount(K, 1, 'interactionProbability: K');
  checkCount(k, 0, 'interactionProbability: k');
  // As MONAI writes it, so that the same draws decide alike: 1 - k / K differs in the last digit.
  return k >= K ? 0 : 1 - (1 / K) * k;
}

/** Beyond this it is a mistake; far beyond, an array cannot be that long. The paper has 15. */
const MOST = 1_000_000;

export interface InteractionsOptions {
  /**
   * How the paper's "probability falling linearly" and "t between 0 and K" are read; default `'independent'`.
   *
   * - `'independent'`: interaction k takes place with probability 1 - k / K, whatever the others did, as
   *   MONAI draws it. The first always does.
   * - `'number'`: t is drawn from 0 to K, all alike, and the first t take place: interaction k does with
   *   probability (K - k) / (K + 1), linear too, and 0 occurs.
   */
  readonly reading?: 'independent' | 'number';
}

export const INTERACTIONS_DEFAULTS = { reading: 'independent' } as const;

/**
 * Draws, for one training sample, which of its `K` possible interactions take place.
 *
 * @param K - most interactions, a whole number from 1 to 1,000,000
 * @param random - uniform numbers in [0, 1): `K` are taken for `'independent'`, one for `'number'`
 * @returns `K` booleans in the order of the interactions; their sum is the paper's t
 * @throws ClicksegError `invalid-option`
 */
export function drawInteractions(K: number, random: Random, options: InteractionsOptions = {}): boolean[] {
  const { reading = INTERACTIONS_DEFAULTS.reading } = checkOptions(options, 'drawInteractions');
  checkCount(K, 1, 'drawInteractions: K');
  if (K > MOST) throw refused(`drawInteractions: K ${K} is more than ${MOST}`);
  checkName(reading, ['independent', 'number'], 'drawInteractions: reading');
  if (reading === 'independent') {
    return Array.from(
      { length: K },
      (_, k) => draw(random, 'drawInteractions') < interactionProbability(k, K),
    );
  }
  const t = Math.floor(draw(random, 'drawInteractions') * (K + 1));
  return Array.from({ length: K }, (_, k) => k < t);
}
