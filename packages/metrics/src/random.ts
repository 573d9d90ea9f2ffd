import { ClicksegError, checkOptions, describe } from '@clickseg/raster';
import { percentile } from './percentile.ts';

/** Numbers in [0, 1) from a seed: mulberry32, the same on every platform. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
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
  checkOptions(options, what);
  const seed = options.seed ?? BOOTSTRAP_DEFAULTS.seed;
  const resamples = options.resamples ?? BOOTSTRAP_DEFAULTS.resamples;
  const confidence = options.confidence ?? BOOTSTRAP_DEFAULTS.confidence;
  const bad = (name: string, value: unknown) =>
    new ClicksegError('invalid-option', `${what}: ${name} ${describe(value)} does not do`);
  if (!Number.isInteger(seed)) throw bad('seed', seed);
  if (!Number.isInteger(resamples) || resamples < 1 || resamples > MOST_RESAMPLES)
    throw bad('resamples', resamples);
  if (typeof confidence !== 'number' || !(confidence > 0 && confidence < 1))
    throw bad('confidence', confidence);
  return { seed, resamples, confidence };
}

/** The percentile interval of a mean; NaN for fewer than two values, of which no spread can be told. */
export function bootstrapInterval(
  values: Float64Array,
  { seed, resamples, confidence }: Required<BootstrapOptions>,
): { readonly ciLow: number; readonly ciHigh: number; readonly confidence: number } {
  if (values.length < 2) return { ciLow: Number.NaN, ciHigh: Number.NaN, confidence };
  const means = bootstrapMeans(values, seed, resamples);
  const tail = 50 * (1 - confidence);
  return { ciLow: percentile(means, tail), ciHigh: percentile(means, 100 - tail), confidence };
}

/** The means of samples drawn with replacement, ascending. */
function bootstrapMeans(values: Float64Array, seed: number, resamples: number): Float64Array {
  const random = seeded(seed);
  const n = values.length;
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(random() * n)];
    means[r] = sum / n;
  }
  return means.sort();
}
