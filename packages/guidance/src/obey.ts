import {
  arrayKind,
  type Box,
  ClicksegError,
  checkOptions,
  checkRaster,
  crop,
  type DenseRaster,
  describe,
  isDense,
  withDefaults,
} from '@clickseg/raster';
import type { Click } from './click.ts';
import { channelOf, pixelOf } from './pixel.ts';

/** Options of {@link obeyClicks}. */
export interface ObeyOptions {
  /** Least probability that a clicked pixel gets of being what its click says; above 0.5 and below 1. Default 0.9. */
  readonly certainty?: number;
  /** Standard deviation of a click's reach in pixels, one number or `[row, column]`. Default 2, as of its Gaussian map. */
  readonly sigma?: number | readonly [row: number, column: number];
  /** Where alone the network answered: clicks and pixels outside of it are left alone. Default: the whole map. */
  readonly within?: Box;
}

/** Defaults of {@link ObeyOptions}. */
export const OBEY_DEFAULTS = { certainty: 0.9, sigma: 2 } as const;

/** Where clicks contradict each other at arm's length, their pulls settle in a few rounds. */
const ROUNDS = 4;
/** A saturated answer is believed no more than this, or no pull could move what lies around it. */
const DOUBT = 1e-4;
/** Beyond this many standard deviations the strongest pull moves a probability by a thousandth at most. */
const REACH = 4;
/** Float32 keeps seven digits of a certainty that has just been reached. */
const ROUNDING = 1e-6;

/**
 * Changes a network's answer, where its clicks ask for it, until it obeys them: a clicked pixel is foreground or
 * background with at least `certainty` (to Float32's rounding), and what lies around it is pulled along.
 *
 * The pull is added to the log-odds and falls off as the click's Gaussian does, so that pixels of which the
 * network was unsure follow and those of which it was sure hardly do; none moves against the click. A click that is
 * obeyed already changes nothing. Of two clicks on one pixel the later one counts. Why: docs/decisions/0513.
 *
 * @param probability - `[h, w]`, dense Float32, 0 to 1; changed in place
 * @param clicks - in the order in which they were made
 * @throws ClicksegError `invalid-array` (also for a value outside 0 to 1), `not-finite` for a NaN, `invalid-shape`,
 *   `invalid-option`, `invalid-point`, before anything is changed
 */
export function obeyClicks(
  probability: DenseRaster<Float32Array>,
  clicks: readonly Click[],
  options: ObeyOptions = {},
): void {
  const [h, w] = checkMap(probability);
  const { certainty, sigma } = withDefaults(OBEY_DEFAULTS, checkOptions(options, 'obeyClicks'));
  const within: Box = options.within ?? { start: [0, 0], shape: [h, w] };
  // A view of the box costs nothing, and is checked: a box that leaves the map would write into the next rows.
  crop(probability, within);
  const [[top, left], [rows, columns]] = [within.start, within.shape];
  if (!(certainty > 0.5 && certainty < 1)) refuse('certainty', certainty, 'is not above 0.5 and below 1');
  const sigmas = Array.isArray(sigma) ? sigma : [sigma, sigma];
  if (sigmas.length !== 2 || !sigmas.every((s) => typeof s === 'number' && s > 0 && s < Infinity)) {
    refuse('sigma', sigma, 'is not finite and above 0, nor two such numbers');
  }
  const [sigmaY, sigmaX] = sigmas;
  if (!Array.isArray(clicks)) refuse('clicks', clicks, 'are no list');
  const foreground = new Map<number, boolean>();
  for (const click of clicks) {
    const pixel = pixelOf(click, [h, w], 'obeyClicks');
    // Set anew, so that the later click also comes later in every round.
    foreground.delete(pixel);
    foreground.set(pixel, channelOf(click, 'obeyClicks') === 0);
  }

  const { data } = probability;
  for (let y = top; y < top + rows; y++) {
    for (let at = y * w + left, end = at + columns; at < end; at++) {
      // A NaN would spread over all that a click reaches, and logits are no probabilities.
      if (!(data[at] >= 0 && data[at] <= 1)) refuseValue(data[at], at);
    }
  }
  const [reachY, reachX] = [Math.ceil(REACH * sigmaY), Math.ceil(REACH * sigmaX)];
  const pull = (row: number, column: number, strength: number, inside: boolean) => {
    const [y1, x1] = [Math.min(top + rows - 1, row + reachY), Math.min(left + columns - 1, column + reachX)];
    for (let y = Math.max(top, row - reachY); y <= y1; y++) {
      for (let x = Math.max(left, column - reachX); x <= x1; x++) {
        const away = ((y - row) / sigmaY) ** 2 + ((x - column) / sigmaX) ** 2;
        const odds = Math.exp(strength * Math.exp(-away / 2));
        const was = data[y * w + x];
        const p = doubted(was);
        const moved = (p * odds) / (1 - p + p * odds);
        // The doubt alone would move what is sure of the click's own label, and against the click.
        if (inside ? moved > was : moved < was) data[y * w + x] = moved;
      }
    }
  };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [pixel, inside] of foreground) {
      const [row, column] = [Math.floor(pixel / w), pixel % w];
      if (row < top || row >= top + rows || column < left || column >= left + columns) continue;
      const goal = inside ? certainty : 1 - certainty;
      const short = inside ? goal - data[pixel] : data[pixel] - goal;
      if (short <= ROUNDING) continue;
      // Opposite clicks side by side would pull for ever: in the end each has its own pixel at least.
      if (round === ROUNDS) data[pixel] = goal;
      else pull(row, column, logOdds(goal) - logOdds(data[pixel]), inside);
    }
  }
}

function doubted(probability: number): number {
  return Math.min(1 - DOUBT, Math.max(DOUBT, probability));
}

function logOdds(probability: number): number {
  const p = doubted(probability);
  return Math.log(p / (1 - p));
}

function checkMap(probability: DenseRaster<Float32Array>): readonly number[] {
  const what = 'obeyClicks: probability';
  checkRaster(probability, what);
  const { data, shape, offset } = probability;
  if (shape.length !== 2) {
    throw new ClicksegError('invalid-shape', `${what}: expected [h, w], got [${shape}]`);
  }
  if (arrayKind(data) !== 'Float32Array' || !isDense(probability) || offset) {
    throw new ClicksegError('invalid-array', `${what}: expected a dense Float32Array, got ${describe(data)}`);
  }
  return shape;
}

function refuseValue(value: number, at: number): never {
  const code = Number.isNaN(value) ? 'not-finite' : 'invalid-array';
  throw new ClicksegError(code, `obeyClicks: ${value} at element ${at} is no probability`);
}

function refuse(option: string, value: unknown, why: string): never {
  throw new ClicksegError('invalid-option', `obeyClicks: ${option} ${describe(value)} ${why}`);
}
