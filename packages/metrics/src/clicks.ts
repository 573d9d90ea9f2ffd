import { ClicksegError, checkOptions, describe } from '@clickseg/raster';
import { numbersOf } from './numbers.ts';
import { type SampleUnit, type SummarizeOptions, type Summary, summarize } from './summarize.ts';

/**
 * NoC: how many clicks it took to reach a score, counted from 1. A run that never reaches it counts as
 * `limit`, the convention of the interactive segmentation literature (RITM, FocalClick), which makes
 * the mean look kinder than it is: report {@link clicksToTarget}'s failures beside it.
 *
 * @param scores - the score after click 1, 2, ...; NaN does not reach anything
 * @param target - score to reach, inclusive
 * @param limit - clicks allowed, whole, at least 1; scores beyond it are not looked at
 * @throws ClicksegError `invalid-option`
 */
export function numberOfClicks(scores: ArrayLike<number>, target: number, limit: number): number {
  checkTarget(target, limit, 'numberOfClicks');
  return firstReaching(numbersOf(scores, 'numberOfClicks: scores'), target, limit) ?? limit;
}

/** Options of {@link clicksToTarget}. */
export interface ClicksToTargetOptions extends Omit<SummarizeOptions, 'reasons'> {
  /** Score to reach, inclusive. */
  readonly target: number;
  /** Clicks allowed; default 20, as the literature. */
  readonly limit?: number;
}

/** Defaults of {@link ClicksToTargetOptions}. */
export const CLICKS_TO_TARGET_DEFAULTS = { limit: 20 } as const;

/** What {@link clicksToTarget} found over many runs. */
export interface ClicksToTarget {
  readonly target: number;
  readonly limit: number;
  /** Of the clicks, failures counting as `limit`. */
  readonly clicks: Summary;
  /** Runs that never reached the target within the limit. */
  readonly failures: number;
  /** Failures as a share of the runs; NaN without runs. */
  readonly failureRate: number;
}

/**
 * Clicks to reach a target over many runs, with the failures that the mean hides.
 *
 * @param runs - per run, the score after click 1, 2, ...
 * @throws ClicksegError `invalid-option`
 */
export function clicksToTarget(
  runs: readonly ArrayLike<number>[],
  options: ClicksToTargetOptions,
): ClicksToTarget {
  const {
    target,
    limit = CLICKS_TO_TARGET_DEFAULTS.limit,
    ...rest
  } = checkOptions(options, 'clicksToTarget');
  checkTarget(target, limit, 'clicksToTarget');
  const reached = scoresOf(runs, 'clicksToTarget').map((scores) => firstReaching(scores, target, limit));
  const failures = reached.filter((n) => n === undefined).length;
  const clicks = summarize(
    reached.map((n) => n ?? limit),
    rest,
  );
  return { target, limit, clicks, failures, failureRate: failures / runs.length };
}

/** One point of a score-against-clicks curve. */
export interface CurvePoint extends Summary {
  /** Clicks given, from 1. */
  readonly clicks: number;
}

/**
 * The score-against-clicks curve over many runs: a summary after each click. A run that ended early
 * (nothing was wrong any more) keeps its last score, so that a point never loses its best runs.
 *
 * @param runs - per run, the score after click 1, 2, ...
 * @throws ClicksegError `invalid-option`
 */
export function clickCurve(
  runs: readonly ArrayLike<number>[],
  options: { readonly unit: SampleUnit } & Omit<SummarizeOptions, 'reasons'>,
): CurvePoint[] {
  const all = scoresOf(runs, 'clickCurve');
  // Without runs there is nothing to summarize, and the options are as wrong.
  if (all.length === 0) summarize([], options);
  const longest = all.reduce((most, r) => Math.max(most, r.length), 0);
  return Array.from({ length: longest }, (_, i) => ({
    clicks: i + 1,
    ...summarize(
      all.map((r) => (r.length ? r[Math.min(i, r.length - 1)] : Number.NaN)),
      options,
    ),
  }));
}

/**
 * The area under a score-against-clicks curve by the trapezoid rule, divided by the clicks it spans:
 * a mean score, 1 for a perfect run. Runs of different length span different clicks: extend one that ended early by its last
 * score, as {@link clickCurve} does, before areas are compared.
 *
 * @param scores - the score after each click
 * @param clicks - the clicks that the scores belong to, ascending; default 1, 2, 3, ...
 * @returns the score itself for a single one
 * @throws ClicksegError `invalid-option` for no scores, or clicks that do not ascend; `not-finite` for a score that is NaN or
 *   infinite, which would make the area NaN
 */
export function areaUnderCurve(scores: ArrayLike<number>, clicks?: ArrayLike<number>): number {
  refuseAt('score', numbersOf(scores, 'areaUnderCurve: scores'), 'not-finite');
  if (clicks !== undefined) refuseAt('click', numbersOf(clicks, 'areaUnderCurve: clicks'), 'invalid-option');
  const n = scores.length;
  if (n === 0) throw new ClicksegError('invalid-option', 'areaUnderCurve: no scores');
  if (clicks && clicks.length !== n) {
    throw new ClicksegError('shape-mismatch', `areaUnderCurve: ${clicks.length} clicks for ${n} scores`);
  }
  const at = (i: number) => (clicks ? clicks[i] : i + 1);
  let area = 0;
  for (let i = 1; i < n; i++) {
    const step = at(i) - at(i - 1);
    if (!(step > 0 && step < Infinity)) {
      throw new ClicksegError(
        'invalid-option',
        `areaUnderCurve: clicks ${at(i - 1)}, ${at(i)} do not ascend by a number`,
      );
    }
    area += (step * (scores[i] + scores[i - 1])) / 2;
  }
  return n === 1 ? scores[0] : area / (at(n - 1) - at(0));
}

/** @throws ClicksegError for the first that is NaN or infinite */
function refuseAt(one: string, numbers: readonly number[], code: 'not-finite' | 'invalid-option'): void {
  const at = numbers.findIndex((v) => !Number.isFinite(v));
  if (at >= 0) throw new ClicksegError(code, `areaUnderCurve: ${one} ${at} is ${numbers[at]}`);
}

function scoresOf(runs: readonly ArrayLike<number>[], what: string): number[][] {
  if (!Array.isArray(runs)) {
    throw new ClicksegError('invalid-option', `${what}: runs ${describe(runs)} is no list of lists`);
  }
  return runs.map((run: ArrayLike<number>, i) => numbersOf(run, `${what}: runs[${i}]`));
}

function firstReaching(scores: ArrayLike<number>, target: number, limit: number): number | undefined {
  for (let i = 0; i < Math.min(scores.length, limit); i++) if (scores[i] >= target) return i + 1;
  return undefined;
}

function checkTarget(target: number, limit: number, what: string): void {
  if (typeof target !== 'number' || Number.isNaN(target)) {
    throw new ClicksegError('invalid-option', `${what}: target ${describe(target)} is not a number`);
  }
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ClicksegError(
      'invalid-option',
      `${what}: limit ${describe(limit)} is not a whole number above 0`,
    );
  }
}
