import { ClicksegError, contiguous, describe, type Raster, raster, withDefaults } from '@clickseg/raster';
import { callOptions } from '../call-options.ts';
import type { InteractionJson } from '../interaction-json.ts';
import type { Prediction } from '../prediction.ts';
import { checkSlice, type Volume } from './open-volume.ts';

/** How a mask is carried from slice to slice. */
export interface PropagateOptions {
  /** `forward`: to larger indices; `both`: forward first, then backward from the same mask. */
  readonly direction?: 'both' | 'forward' | 'backward';
  /** Most clicks a slice. Few let the image decide; many force the last slice's mask on it. */
  readonly clicks?: number;
  /** Dice with the last slice's mask from which on no further click is placed. */
  readonly target?: number;
  /** Stops a direction where a mask's Dice with the last slice's falls below this: it jumped or ended. */
  readonly minDice?: number;
  /** Most slices in each direction. */
  readonly slices?: number;
  readonly signal?: AbortSignal;
  /** Told after each slice, before its step is given out. */
  readonly onProgress?: (progress: PropagationProgress) => void;
}

/** Defaults of {@link PropagateOptions}. */
export const PROPAGATE_DEFAULTS = {
  direction: 'both',
  clicks: 3,
  target: 0.95,
  minDice: 0.5,
  slices: Infinity,
} as const;

/** How far it is. */
export interface PropagationProgress {
  readonly done: number;
  /** Slices there can be; falls where a direction ends early. */
  readonly total: number;
}

/** A slice that the mask was carried to. */
export interface PropagationStep extends PropagationProgress {
  readonly index: number;
  readonly prediction: Prediction;
  /** With the mask of the slice before it. */
  readonly dice: number;
  /** The clicks that made it: `(await volume.open(index)).fromJSON(json)` goes on from here. */
  readonly json: InteractionJson;
  /** False where the direction stopped because of this mask, which then should not be taken over. */
  readonly kept: boolean;
  /** On the last step of a direction: the frame of the volume, an empty mask, `minDice`, or `slices`. */
  readonly stopped?: 'edge' | 'empty' | 'changed' | 'limit';
}

/**
 * Carries a mask to the neighbouring slices, one after the other: on each the simulated annotator places the
 * clicks that reproduce the last slice's mask, and the network answers with what it sees there.
 *
 * Leaving the loop, an abort and an error free the slice being worked on. Whether a structure has ended is
 * told from the masks' overlap alone: look at the ends.
 *
 * @param index - the slice that `mask` is of
 * @param mask - `[h, w]`, not empty; not changed
 * @throws ClicksegError `invalid-point`, `shape-mismatch`, `empty-mask`, `invalid-option`, at once; while it
 * runs what `predict` throws, and the signal's reason
 */
export function propagate(
  volume: Volume,
  index: number,
  mask: Raster,
  options: PropagateOptions = {},
): AsyncGenerator<PropagationStep, void, undefined> {
  const { direction, clicks, target, minDice, slices } = withDefaults(
    PROPAGATE_DEFAULTS,
    callOptions(options, 'propagate'),
  );
  const refuse = (field: string, value: unknown, why: string): never => {
    throw new ClicksegError('invalid-option', `propagate: ${field} ${describe(value)} ${why}`);
  };
  if (typeof volume?.slice !== 'function' || typeof volume.open !== 'function')
    throw new ClicksegError('invalid-option', `propagate: ${describe(volume)} is not what openVolume gives`);
  volume.slice(index);
  checkSlice(mask, volume.sliceShape, 'propagate: mask');
  const whole = (n: number) => Number.isSafeInteger(n) && n >= 1;
  if (direction !== 'both' && direction !== 'forward' && direction !== 'backward')
    refuse('direction', direction, "is not 'both', 'forward' or 'backward'");
  if (!whole(clicks)) refuse('clicks', clicks, 'is not a whole number above 0');
  if (!(target > 0 && target <= 1)) refuse('target', target, 'is not above 0 and at most 1');
  if (!(minDice >= 0 && minDice <= 1)) refuse('minDice', minDice, 'is not from 0 to 1');
  if (slices !== Infinity && !whole(slices)) refuse('slices', slices, 'is not a whole number above 0');
  const start = Uint8Array.from(contiguous(mask).data, (v) => (v !== 0 ? 1 : 0));
  if (!start.includes(1)) throw new ClicksegError('empty-mask', 'propagate: the mask has no pixel inside');
  const ways = direction === 'both' ? [1, -1] : [direction === 'forward' ? 1 : -1];
  const limits = { clicks, target, minDice, slices, signal: options.signal };
  return walk(volume, index, start, ways, limits, options.onProgress);
}

async function* walk(
  volume: Volume,
  index: number,
  start: Uint8Array,
  ways: readonly number[],
  limits: Limits,
  onProgress: PropagateOptions['onProgress'],
): AsyncGenerator<PropagationStep, void, undefined> {
  const reach = (way: number) => Math.min(limits.slices, way > 0 ? volume.length - 1 - index : index);
  let total = ways.reduce((sum, way) => sum + reach(way), 0);
  let done = 0;
  for (const way of ways) {
    const count = reach(way);
    let last = start;
    for (let i = 1; i <= count; i++) {
      limits.signal?.throwIfAborted();
      const at = index + way * i;
      const { prediction, dice, json } = await carry(volume, at, last, limits);
      const lost = prediction.area === 0 ? 'empty' : dice < limits.minDice ? 'changed' : undefined;
      const ended = at + way < 0 || at + way >= volume.length ? 'edge' : 'limit';
      const stopped = lost ?? (i === count ? ended : undefined);
      done++;
      if (lost) total -= count - i;
      onProgress?.({ done, total });
      // A copy: the step's mask is the caller's, who may transfer it away.
      last = prediction.mask.data.slice();
      const step = { index: at, prediction, dice, json, kept: !lost, done, total };
      yield stopped ? { ...step, stopped } : step;
      if (lost) break;
    }
  }
}

type Limits = Required<Pick<PropagateOptions, 'clicks' | 'target' | 'minDice' | 'slices'>> & {
  readonly signal?: AbortSignal;
};

async function carry(volume: Volume, index: number, last: Uint8Array, limits: Limits) {
  const { clicks, target, signal } = limits;
  const interaction = await volume.open(index);
  try {
    const { dice } = await interaction.from(raster(last, volume.sliceShape), {
      limit: clicks,
      target,
      signal,
    });
    const prediction = await interaction.predict({ signal });
    return { prediction, dice, json: interaction.toJSON() };
  } finally {
    await interaction.dispose();
  }
}
