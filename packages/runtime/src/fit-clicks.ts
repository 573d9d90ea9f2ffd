import type { Click } from '@clickseg/guidance';
import { ClicksegError, describe, type Raster, type WithDefaults, withDefaults } from '@clickseg/raster';
import { nextClick, seededRandom } from '@clickseg/simulate';

/** How clicks are found that reproduce a mask. */
export interface FromOptions {
  /**
   * Who places the clicks: `ritm` puts each in the middle of the larger error, the same every time;
   * `sakinis` draws it as the paper does.
   */
  readonly strategy?: 'ritm' | 'sakinis';
  /** Most clicks to try. */
  readonly limit?: number;
  /** Stop once the prediction's Dice reaches this. */
  readonly target?: number;
  /** Stop after this many clicks in a row that did not better the best Dice. */
  readonly patience?: number;
  /** Uniform numbers in [0, 1) for `sakinis`; a fresh source of the paper's seed where not given. */
  readonly random?: () => number;
  readonly signal?: AbortSignal;
}

/** Defaults of {@link FromOptions}. */
export const FROM_DEFAULTS = { strategy: 'ritm', limit: 15, target: 0.98, patience: 3 } as const;

/**
 * Lets the simulated annotator click until the prediction equals `mask` well enough, and returns
 * the clicks up to the best Dice.
 *
 * @param mask - dense 0/1, not empty
 * @throws ClicksegError `invalid-option`
 */
export async function fitClicks(
  mask: Raster<Uint8Array>,
  predict: (clicks: readonly Click[]) => Promise<Raster<Uint8Array>>,
  options: FromOptions,
): Promise<{ clicks: Click[]; dice: number }> {
  const { strategy, limit, target, patience, random = seededRandom(), signal } = checked(options);
  const clicks: Click[] = [];
  let best = { clicks: 0, dice: -1 };
  let prediction: Raster<Uint8Array> | undefined;
  while (clicks.length < limit && best.dice < target && clicks.length - best.clicks < patience) {
    signal?.throwIfAborted();
    const click = nextClick(mask, prediction, { strategy, random, clicks });
    if (click === undefined) break;
    clicks.push(click);
    prediction = await predict([...clicks]);
    const dice = overlap(mask.data, prediction.data);
    if (dice > best.dice) best = { clicks: clicks.length, dice };
  }
  return { clicks: clicks.slice(0, best.clicks), dice: best.dice };
}

function checked(options: FromOptions): WithDefaults<typeof FROM_DEFAULTS, FromOptions> {
  const settings = withDefaults(FROM_DEFAULTS, options);
  const { strategy, limit, target, patience } = settings;
  const refuse = (field: string, value: unknown, why: string) => {
    throw new ClicksegError('invalid-option', `from: ${field} ${describe(value)} ${why}`);
  };
  if (strategy !== 'ritm' && strategy !== 'sakinis')
    refuse('strategy', strategy, "is not 'ritm' or 'sakinis'");
  for (const [field, value] of Object.entries({ limit, patience })) {
    if (!Number.isSafeInteger(value) || value < 1) refuse(field, value, 'is not a whole number above 0');
  }
  if (!(target > 0 && target <= 1)) refuse('target', target, 'is not above 0 and at most 1');
  return settings;
}

function overlap(a: Uint8Array, b: Uint8Array): number {
  let both = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    both += a[i] & b[i];
    sum += a[i] + b[i];
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}
