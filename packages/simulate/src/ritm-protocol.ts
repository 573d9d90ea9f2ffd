import { checkOptions, describe, withDefaults } from '@clickseg/raster';
import { checkCount, checkFinite, checkList, checkNumber, refused } from './options.ts';

export interface RitmProtocolOptions {
  /** Scores to reach; default 0.8, 0.85 and 0.9 (RITM's table, of IoU). */
  readonly targets?: readonly number[];
  /** Most clicks; default 20 (RITM). */
  readonly limit?: number;
}

export const RITM_PROTOCOL_DEFAULTS = { targets: [0.8, 0.85, 0.9], limit: 20 } as const;

/** Number of clicks to one target. */
export interface RitmRow {
  readonly target: number;
  /** Clicks of each structure: the first that reaches the target, or the limit where none does. */
  readonly clicks: number[];
  /** RITM's NoC: mean of `clicks`. A structure that never gets there counts as the limit. */
  readonly noc: number;
  /** RITM's `>=20` column: how many `clicks` equal the limit, those that just made it at the limit included. */
  readonly overMax: number;
  /** The corrected count: structures whose target was never reached. `overMax` less those that made it at the limit. */
  readonly failures: number;
  /** Mean clicks of the structures that reached the target; `undefined` where none did. */
  readonly nocOfReached: number | undefined;
}

/**
 * Number of clicks (NoC) and failures over many structures, exactly as RITM's `compute_noc_metric`
 * (`isegm/inference/utils.py`) has them, with the corrected failure count beside them.
 *
 * RITM calls a structure over the maximum if its NoC equals the limit, so that one which reaches the
 * target with the very last click counts as a failure too: `overMax` does so, `failures` does not. Scores
 * and target are compared in single precision, as RITM stores them. NaN reaches nothing.
 *
 * @param curves - a structure each: scores after click 1, 2, ...; what lies beyond the limit is not read
 * @returns one row a target, in the order of `targets`
 * @throws ClicksegError `invalid-option` for no curve, a score that is no number, a limit below 1 or a target that is not
 * finite
 */
export function ritmProtocol(
  curves: readonly ArrayLike<number>[],
  options: RitmProtocolOptions = {},
): RitmRow[] {
  const { targets, limit } = withDefaults(RITM_PROTOCOL_DEFAULTS, checkOptions(options, 'ritmProtocol'));
  checkCount(limit, 1, 'ritmProtocol: limit');
  checkCount(checkList(curves, 'ritmProtocol: curves').length, 1, 'ritmProtocol: number of curves');
  for (const target of checkList(targets, 'ritmProtocol: targets'))
    checkFinite(target, 'ritmProtocol: target');
  for (const scores of curves) {
    if (typeof scores !== 'object' || !Number.isSafeInteger(scores?.length)) {
      throw refused(`ritmProtocol: curve ${describe(scores)} is no list`);
    }
    for (const score of Array.from(scores)) checkNumber(score, 'ritmProtocol: score');
  }
  return targets.map((target) => {
    const firsts = curves.map((scores) => firstReaching(scores, target, limit));
    const clicks = firsts.map((n) => n ?? limit);
    const reached = firsts.filter((n) => n !== undefined);
    return {
      target,
      clicks,
      noc: mean(clicks),
      overMax: clicks.filter((n) => n === limit).length,
      failures: firsts.length - reached.length,
      nocOfReached: reached.length > 0 ? mean(reached) : undefined,
    };
  });
}

function firstReaching(scores: ArrayLike<number>, target: number, limit: number): number | undefined {
  const mark = Math.fround(target);
  for (let i = 0; i < scores.length && i < limit; i++) if (Math.fround(scores[i]) >= mark) return i + 1;
  return undefined;
}

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
