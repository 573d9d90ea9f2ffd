import type { Click } from '@clickseg/guidance';
import { ClicksegError, checkOptions, type Raster, sizeOf } from '@clickseg/raster';
import type { ClickStrategy } from './next-click.ts';
import { checkCount, checkFinite, checkFunction, checkNumber, refuseNames } from './options.ts';
import { type Ignore, readPair } from './pair.ts';
import { type SimulateInteractionOptions, simulateInteraction } from './simulate-interaction.ts';

/** Clicks are counted from an empty mask, so opening clicks and a starting mask are not options. */
export interface EvaluateClicksOptions
  extends Omit<SimulateInteractionOptions, 'clicks' | 'initial' | 'prediction'> {
  /** Default `'ritm'`, whose protocol this is. */
  readonly strategy?: ClickStrategy;
  /** Most clicks; default 20 (RITM). */
  readonly limit?: number;
  /** Stop once this score is reached; default: go on to the limit. RITM stops at its highest target, 0.9. */
  readonly target?: number;
  /** Score of a prediction, larger is better; default intersection over union, without ignored pixels. */
  readonly score?: (prediction: Raster, gt: Raster) => number;
}

export const EVALUATE_CLICKS_DEFAULTS = { strategy: 'ritm', limit: 20 } as const;

/** One structure's run. */
export interface ClickCurve {
  /** Score after each click, from the first; shorter than the limit where the run stopped. */
  readonly scores: number[];
  readonly clicks: readonly Click[];
}

/**
 * Runs one structure through RITM's evaluation (`evaluate_sample` in `isegm/inference/evaluation.py`): up to
 * 20 clicks of its annotator, the score after each, stopped at the target if one is given. Feed the
 * curves of all structures to {@link ritmProtocol}.
 *
 * A run also stops where the prediction is perfect, or where the annotator has clicked each wrong pixel
 * already. RITM clicks background at (0, 0) there and goes on: where its network answers such a click
 * with a better mask, its number of clicks is another.
 *
 * @throws ClicksegError as {@link simulateInteraction}, and `empty-mask` for a `gt` without a pixel, on
 * which RITM's score is 0 / 0
 */
export async function evaluateClicks(options: EvaluateClicksOptions): Promise<ClickCurve> {
  checkOptions(options, 'evaluateClicks');
  const start = 'is none of its options: the number of clicks counts from none';
  const sibling = { clicks: 'is called limit here', initial: start, prediction: start };
  refuseNames(options, sibling, 'evaluateClicks');
  const { limit = EVALUATE_CLICKS_DEFAULTS.limit, ...given } = options;
  const { gt, ignore, target } = given;
  const { strategy = EVALUATE_CLICKS_DEFAULTS.strategy, score = (p, g) => overlap(g, p, ignore) } = options;
  checkCount(limit, 1, 'evaluateClicks: limit');
  checkFunction(score, 'evaluateClicks: score');
  if (target !== undefined) checkFinite(target, 'evaluateClicks: target');
  const steps = simulateInteraction({ ...given, strategy, clicks: limit });
  if (!readPair(gt, undefined, ignore, 'evaluateClicks').gt.some((v) => v !== 0)) {
    throw new ClicksegError('empty-mask', `evaluateClicks: gt of [${gt.shape}] has no pixel inside`);
  }
  const scores: number[] = [];
  let clicks: readonly Click[] = [];
  for await (const step of steps) {
    clicks = step.clicks;
    const reached = score(step.prediction, gt);
    checkNumber(reached, 'evaluateClicks: score');
    scores.push(reached);
    if (target !== undefined && reached >= target) break;
  }
  return { scores, clicks };
}

/** RITM's `get_iou`. */
function overlap(gt: Raster, pred: Raster, ignore: Ignore | undefined): number {
  const pair = readPair(gt, pred, ignore, 'evaluateClicks');
  let both = 0;
  let either = 0;
  for (let i = 0, n = sizeOf(pair.shape); i < n; i++) {
    if (pair.gt[i] !== 0 && pair.pred[i] !== 0) both++;
    if (pair.gt[i] !== 0 || pair.pred[i] !== 0) either++;
  }
  return both / either;
}
