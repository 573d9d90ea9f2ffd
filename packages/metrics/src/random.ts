import { ClicksegError, checkOptions, describe, withDefaults } from '@clickseg/raster';
import { percentile } from './percentile.ts';

/** Numbers in [0, 1) from a seed: mulberry32, the same on every platform. */
export function seeded(seed: number): () => number {
  // The high half enters too, else seeds that differ by 2^32 would give the same interval.
  let state = (seed ^ Math.imul(Math.trunc(seed / 2 ** 32), 0x9e3779b1)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How a bootstrap draws. */
export interface BootstrapOptions {
  /** Default 4242, the paper's. */
  readonly seed?: number;
  /** How many times to draw; default 2000. */
  readonly resamples?: number;
  /** Share of the draws inside the interval; default 0.95. */
  readonly confidence?: number;
}

/** Defaults of {@link BootstrapOptions}. */
export const BOOTSTRAP_DEFAULTS = { seed: 4242, resamples: 2000, confidence: 0.95 } as const;

/** A list of so many means takes 800 MB; more of them tell nothing more. */
const MOST_RESAMPLES = 1e8;

/** @throws ClicksegError `invalid-option` */
export function checkBootstrap(options: BootstrapOptions, what: string): Required<BootstrapOptions> {
  const { seed, resamples, confidence } = withDefaults(BOOTSTRAP_DEFAULTS, checkOptions(options, what));
  const bad = (name: string, value: unknown) =>
    new ClicksegError('invalid-option', `${what}: ${name} ${describe(value)} does not do`);
  if (!Number.isInteger(seed)) throw bad('seed', seed);
  if (!Number.isInteger(resamples) || resamples < 1 || resamples > MOST_RESAMPLES)
    throw bad('resamples', resamples);
  if (typeof confidence !== 'number' || !(confidence > 0 && confidence < 1))
    throw bad('confidence', confidence);
  return { seed, resamples, confidence };
}

/** Values that are drawn together. */
export interface Group {
  readonly sum: number;
  readonly count: number;
}

/** The percentile interval of a mean; NaN for fewer than two values, of which no spread can be told. */
export function bootstrapInterval(values: Float64Array, options: Required<BootstrapOptions>) {
  return bootstrapGroups(
    Array.from(values, (sum) => ({ sum, count: 1 })),
    options,
  );
}

/** As {@link bootstrapInterval}, of all values of the groups that are drawn. */
export function bootstrapGroups(
  groups: readonly Group[],
  { seed, resamples, confidence }: Required<BootstrapOptions>,
): { readonly ciLow: number; readonly ciHigh: number; readonly confidence: number } {
  if (groups.length < 2) return { ciLow: Number.NaN, ciHigh: Number.NaN, confidence };
  const means = bootstrapMeans(groups, seed, resamples);
  const tail = 50 * (1 - confidence);
  return { ciLow: percentile(means, tail), ciHigh: percentile(means, 100 - tail), confidence };
}

/** The means of samples drawn with replacement, ascending. */
function bootstrapMeans(groups: readonly Group[], seed: number, resamples: number): Float64Array {
  const random = seeded(seed);
  const n = groups.length;
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const drawn = groups[Math.floor(random() * n)];
      sum += drawn.sum;
      count += drawn.count;
    }
    means[r] = sum / count;
  }
  return means.sort();
}
