import { arrayKind, ClicksegError, describe, type NumericArray } from '@clickseg/raster';
import { numbersOf } from './numbers.ts';
import { percentile } from './percentile.ts';
import {
  type BootstrapOptions,
  bootstrapGroups,
  bootstrapInterval,
  checkBootstrap,
  type Group,
} from './random.ts';

/** What one value stands for. An interval over slices of few patients is too narrow, unless it draws patients: `groups`. */
export type SampleUnit = 'slice' | 'volume' | 'patient' | 'image';

/** Options of {@link summarize}. */
export interface SummarizeOptions extends BootstrapOptions {
  /** What one value stands for; named in the summary. */
  readonly unit: SampleUnit;
  /** Why each value is undefined where it is, in the values' order; `'NaN'` or `'infinite'` otherwise. */
  readonly reasons?: readonly (string | undefined)[];
  /**
   * Whose each value is, such as the patient of a slice, in the values' order. The interval then draws whole groups (the cluster
   * bootstrap, Davison and Hinkley 1997, section 3.8), as values of one patient tell little that is new of the next.
   */
  readonly groups?: readonly (string | number)[] | NumericArray;
}

/** What {@link summarize} says of a list of values; the figures are of the defined ones. */
export interface Summary {
  readonly unit: SampleUnit;
  /** Values that are finite numbers. */
  readonly count: number;
  /** Values that are not: without this number the mean hides what a model missed. */
  readonly undefinedCount: number;
  readonly undefinedByReason: Readonly<Record<string, number>>;
  readonly mean: number;
  /** Of the sample (n - 1); 0 for one value. */
  readonly sd: number;
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
  /** The least and the largest value within 1.5 interquartile ranges of the box, as in Fig. 8. */
  readonly whiskerLow: number;
  readonly whiskerHigh: number;
  /** Values beyond the whiskers, ascending. */
  readonly outliers: readonly number[];
  /** How many `groups` have a finite value, where groups were given. */
  readonly groupCount?: number;
  /**
   * Bootstrap interval of the mean (percentile method); NaN for fewer than two values or groups: they tell no spread. Few tell
   * little: at 95 % it held the true mean in 49 of 100 trials with two groups, in 87 with six, of normal values
   * (docs/decisions/0802).
   */
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly confidence: number;
}

/**
 * Summarises values as the paper's figures do: mean, sd, median, quartiles (linear, as NumPy), Tukey's
 * whiskers and outliers, a seeded bootstrap interval of the mean, and how many values were undefined
 * and why. With no defined value every figure is NaN and `count` is 0.
 *
 * @throws ClicksegError `invalid-option`
 */
export function summarize(values: ArrayLike<number>, options: SummarizeOptions): Summary {
  if (!['slice', 'volume', 'patient', 'image'].includes(options?.unit)) {
    throw new ClicksegError('invalid-option', `summarize: unit ${describe(options?.unit)} is not known`);
  }
  const bootstrap = checkBootstrap(options, 'summarize');
  const all = numbersOf(values, 'summarize: values');
  const { reasons, unit } = options;
  if (reasons !== undefined) checkLength(reasons, 'reasons', all.length);
  const groups = options.groups === undefined ? undefined : checkGroups(options.groups, all.length);
  // A map: a reason may be called as what every object has.
  const byReason = new Map<string, number>();
  all.forEach((v, i) => {
    if (Number.isFinite(v)) return;
    const reason = reasons?.[i] ?? (Number.isNaN(v) ? 'NaN' : 'infinite');
    byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  });
  const sorted = Float64Array.from(all.filter((v) => Number.isFinite(v))).sort();
  const n = sorted.length;
  const undefinedCounts = { undefinedCount: all.length - n, undefinedByReason: Object.fromEntries(byReason) };
  return {
    unit,
    count: n,
    ...undefinedCounts,
    ...moments(sorted),
    ...box(sorted),
    ...(groups ? groupedInterval(all, groups, bootstrap) : bootstrapInterval(sorted, bootstrap)),
  };
}

function checkLength(
  list: ArrayLike<unknown>,
  name: string,
  count: number,
  listed = Array.isArray(list),
): void {
  if (!listed) throw new ClicksegError('invalid-option', `summarize: ${name} ${describe(list)} is no list`);
  if (list.length === count) return;
  throw new ClicksegError('invalid-option', `summarize: ${list.length} ${name} for ${count} values`);
}

/** What is missing is no group: all such values would be drawn as one patient's. */
function checkGroups(given: NonNullable<SummarizeOptions['groups']>, count: number): (string | number)[] {
  const typed = !/^(DataView|none)/.test(arrayKind(given) ?? 'none');
  checkLength(given, 'groups', count, typed || Array.isArray(given));
  const groups = Array.from<string | number>(given);
  const at = groups.findIndex((group) => typeof group !== 'string' && !Number.isFinite(group));
  if (at < 0) return groups;
  throw new ClicksegError(
    'invalid-option',
    `summarize: group ${at} is ${describe(groups[at])}, no string or finite number`,
  );
}

/** The interval of a mean whose values come in groups, which are drawn whole. */
function groupedInterval(
  all: readonly number[],
  groups: readonly (string | number)[],
  bootstrap: Required<BootstrapOptions>,
) {
  const found = new Map<string | number, Group>();
  all.forEach((v, i) => {
    if (!Number.isFinite(v)) return;
    const { sum, count } = found.get(groups[i]) ?? { sum: 0, count: 0 };
    found.set(groups[i], { sum: sum + v, count: count + 1 });
  });
  return { groupCount: found.size, ...bootstrapGroups([...found.values()], bootstrap) };
}

function moments(sorted: Float64Array): { mean: number; sd: number } {
  const n = sorted.length;
  const mean = sorted.reduce((a, b) => a + b, 0) / n;
  const squares = sorted.reduce((a, b) => a + (b - mean) ** 2, 0);
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : n === 1 ? 0 : Number.NaN };
}

function box(sorted: Float64Array) {
  const n = sorted.length;
  const at = (p: number) => (n ? percentile(sorted, p) : Number.NaN);
  const [q1, median, q3] = [at(25), at(50), at(75)];
  const low = q1 - 1.5 * (q3 - q1);
  const high = q3 + 1.5 * (q3 - q1);
  const inside = sorted.filter((v) => v >= low && v <= high);
  return {
    min: n ? sorted[0] : Number.NaN,
    q1,
    median,
    q3,
    max: n ? sorted[n - 1] : Number.NaN,
    whiskerLow: n ? inside[0] : Number.NaN,
    whiskerHigh: n ? inside[inside.length - 1] : Number.NaN,
    outliers: Array.from(sorted.filter((v) => v < low || v > high)),
  };
}
