import type { Click } from '@clickseg/guidance';
import {
  checkOptions,
  checkRaster,
  checkSameShape,
  describe,
  type Raster,
  unlessAborted,
} from '@clickseg/raster';
import { findErrors } from './errors-found.ts';
import { type NextClickOptions, nextClick } from './next-click.ts';
import { checkCount, checkFunction, checkList, refused, refuseNames } from './options.ts';
import { readPair } from './pair.ts';
import { PAPER_SEED, seededRandom } from './random.ts';

/**
 * What is being corrected: all clicks so far to a prediction of `gt`'s shape, non-zero = inside. Return a
 * thresholded mask, not probabilities, and a fresh array where earlier steps' predictions are still wanted.
 */
export type Predict = (
  clicks: readonly Click[],
  context: { readonly signal?: AbortSignal },
) => Raster | Promise<Raster>;

export interface SimulateInteractionOptions extends Omit<NextClickOptions, 'clicks'> {
  /** Reference, `[h, w]` or `[d, h, w]`, non-zero = inside. */
  readonly gt: Raster;
  readonly predict: Predict;
  /** Most clicks, `initial` not counted; default 15, the paper's most. */
  readonly clicks?: number;
  /** Clicks already made, such as {@link initialClicks} gives; default none. */
  readonly initial?: readonly Click[];
  /** The prediction to start from; default: `predict(initial)` if there are initial clicks, else empty. */
  readonly prediction?: Raster;
  /**
   * Seed of this run's own random source; default 4242, the paper's. Not together with `random`. Runs of one
   * seed take the same numbers: over many structures give each its own seed, or all one `random`.
   */
  readonly seed?: number;
  /** Ends the run: it rejects with the signal's reason, also while a prediction is awaited. */
  readonly signal?: AbortSignal;
}

export const SIMULATE_INTERACTION_DEFAULTS = { clicks: 15, seed: PAPER_SEED } as const;

/** One simulated click and the answer to it. */
export interface InteractionStep {
  readonly click: Click;
  /** All clicks up to this one; a copy. */
  readonly clicks: readonly Click[];
  /** As `predict` returned it. */
  readonly prediction: Raster;
}

/**
 * Why a run ended: `'corrected'`, nothing is wrong any more; `'exhausted'`, something is, but `'ritm'` has clicked each
 * such pixel already; or `'limit'`, all clicks were made.
 */
export type InteractionEnd = 'corrected' | 'exhausted' | 'limit';

/**
 * Lets the simulated annotator work: click, predict, compare, click again (paper, section III-B).
 * Each step is yielded once its prediction is there; the same seed gives the same clicks again, provided
 * `predict` gives the same predictions.
 *
 * @returns steps; the return value says why the run ended. An empty `gt` yields none.
 * @throws ClicksegError at the call for bad options; while running `shape-mismatch` for a prediction of
 * another shape. What `predict` throws passes through; an aborted run throws the signal's reason.
 */
export function simulateInteraction(
  options: SimulateInteractionOptions,
): AsyncGenerator<InteractionStep, InteractionEnd, void> {
  const { gt, predict, seed, prediction, signal } = checkOptions(options, 'simulateInteraction');
  const { clicks: limit = SIMULATE_INTERACTION_DEFAULTS.clicks, initial = [] } = options;
  refuseNames(options, { limit: 'is called clicks here' }, 'simulateInteraction');
  checkFunction(predict, 'simulateInteraction: predict');
  if (signal !== undefined && !signal?.throwIfAborted) {
    throw refused(`simulateInteraction: signal ${describe(signal)} is none`);
  }
  checkCount(limit, 0, 'simulateInteraction: clicks');
  if (seed !== undefined && options.random !== undefined) {
    throw refused(`simulateInteraction: seed ${describe(seed)} beside random`);
  }
  // Not `??`: null is a mistake, not the default.
  const { random = seededRandom(seed) } = options;
  const settings = { ...options, random, clicks: checkList(initial, 'simulateInteraction: initial') };
  // Refuses what the first click would refuse, at the call and without using up a random number.
  nextClick(gt, gt, settings);
  if (prediction !== undefined) checkPrediction(gt, prediction);
  return run(options, settings, limit);
}

async function* run(
  { gt, predict, signal, prediction: given }: SimulateInteractionOptions,
  settings: NextClickOptions & { readonly clicks: readonly Click[] },
  limit: number,
): AsyncGenerator<InteractionStep, InteractionEnd, void> {
  let clicks = [...settings.clicks];
  const answer = async (): Promise<Raster> => {
    signal?.throwIfAborted();
    // In a promise, so that what it throws at once is told as what it throws later.
    const work = new Promise<Raster>((resolve) => resolve(predict([...clicks], { signal })));
    const made = await unlessAborted(work, signal);
    checkPrediction(gt, made);
    return made;
  };
  let prediction = given ?? (clicks.length > 0 ? await answer() : undefined);
  for (let step = 0; step < limit; step++) {
    signal?.throwIfAborted();
    const click = nextClick(gt, prediction, { ...settings, clicks });
    if (click === undefined) {
      const { missed, spilled } = findErrors(
        readPair(gt, prediction, settings.ignore, 'simulateInteraction'),
      );
      return missed.area + spilled.area > 0 ? 'exhausted' : 'corrected';
    }
    clicks = [...clicks, click];
    prediction = await answer();
    yield { click, clicks, prediction };
  }
  return 'limit';
}

function checkPrediction(gt: Raster, prediction: Raster): void {
  checkRaster(prediction, 'simulateInteraction: prediction');
  checkSameShape(gt, prediction, 'simulateInteraction: gt and prediction');
}
