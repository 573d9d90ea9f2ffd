import { seededRandom } from '@clickseg/simulate';

/** A mean with its uncertainty. */
export interface Estimate {
  /** NaN where nothing was defined. */
  readonly mean: number;
  /** 95 % interval of the mean, by drawing patients; undefined with fewer than {@link LEAST_PATIENTS} of them. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Values that it is the mean of. */
  readonly count: number;
  /** Values that were undefined, such as a distance to an empty mask. */
  readonly undefinedCount: number;
  readonly patients: number;
}

/** A patient's share of a mean. */
export interface PatientSum {
  readonly patient: string;
  readonly sum: number;
  readonly count: number;
  readonly undefinedCount: number;
}

export const ESTIMATE_DEFAULTS = { resamples: 1000, confidence: 0.95 } as const;

/**
 * Patients from which on there is an interval: with fewer it holds the true mean too seldom for its name
 * (measured in docs/decisions/0802-no-interval-below-six-patients.md).
 */
export const LEAST_PATIENTS = 6;

/**
 * How often it does, of 100 times, by the same measurement: for a note where intervals stand. Of normally distributed patients
 * with equally many slices, so at best.
 */
export const COVERAGE = [
  [6, 87],
  [10, 90],
  [20, 92],
] as const;

/** How many times each of n patients is drawn, resample by resample; made once for each n. */
export type Draws = (patients: number) => Uint16Array;

export function patientDraws(seed: number, resamples: number = ESTIMATE_DEFAULTS.resamples): Draws {
  const made = new Map<number, Uint16Array>();
  return (n) => {
    let draws = made.get(n);
    if (!draws) {
      draws = new Uint16Array(resamples * n);
      const random = seededRandom(seed);
      for (let r = 0; r < resamples; r++) {
        for (let k = 0; k < n; k++) draws[r * n + Math.floor(random() * n)]++;
      }
      made.set(n, draws);
    }
    return draws;
  };
}

/**
 * The mean over all values, and its interval by the bootstrap over patients: slices of one patient are
 * alike, so that an interval over slices would look narrower than it is.
 *
 * @param units - what the sums count: 1 / units
 */
export function estimate(sums: readonly PatientSum[], units: number, draws: Draws): Estimate {
  const total = (of: 'sum' | 'count' | 'undefinedCount') => sums.reduce((all, s) => all + s[of], 0);
  const present = sums.filter(({ count }) => count > 0).sort((a, b) => (a.patient < b.patient ? -1 : 1));
  const count = total('count');
  const [low, high] = present.length < LEAST_PATIENTS ? [] : interval(present, units, draws);
  return {
    mean: total('sum') / units / count,
    low,
    high,
    count,
    undefinedCount: total('undefinedCount'),
    patients: present.length,
  };
}

function interval(present: readonly PatientSum[], units: number, draws: Draws): [number, number] {
  const n = present.length;
  const drawn = draws(n);
  const sum = Float64Array.from(present, (p) => p.sum);
  const count = Float64Array.from(present, (p) => p.count);
  const means = new Float64Array(drawn.length / n);
  for (let r = 0, i = 0; r < means.length; r++) {
    let [s, c] = [0, 0];
    for (let k = 0; k < n; k++, i++) {
      s += drawn[i] * sum[k];
      c += drawn[i] * count[k];
    }
    means[r] = s / units / c;
  }
  means.sort();
  const tail = (1 - ESTIMATE_DEFAULTS.confidence) / 2;
  return [quantile(means, tail), quantile(means, 1 - tail)];
}

/** Of ascending values, between neighbours in proportion, as NumPy. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
