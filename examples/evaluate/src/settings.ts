import { ClicksegError, withDefaults } from '@clickseg/raster';
import type { ClickStrategy } from '@clickseg/simulate';

/** What answers the clicks: the networks, the networks under another annotator, or no network at all. */
export const METHOD_KINDS = ['model', 'random', 'disk', 'grow'] as const;
export type MethodKind = (typeof METHOD_KINDS)[number];

/** Everything that decides the scores. Two runs with equal settings, models and data agree to the digit. */
export interface Settings {
  /** After how many clicks distances are measured, ascending; the last is the most clicks made. */
  readonly clicks: readonly number[];
  /** The simulated annotator. */
  readonly strategy: ClickStrategy;
  readonly seed: number;
  readonly methods: readonly MethodKind[];
  /** Part of the data folder's `index.json`; undefined for all of it. */
  readonly split?: string;
  /** Only these groups. */
  readonly groups?: readonly string[];
  /** Most structures of a group, drawn with the seed. */
  readonly limit?: number;
  /** Smallest structure, in image pixels. */
  readonly minArea: number;
  /** Of surface Dice, mm. */
  readonly tolerance: number;
  /** Of the baseline that draws a disk around each click, mm. */
  readonly diskRadius: number;
}

/** The paper's test interactions (Table I), annotator and seed; the rest is open there. */
export const SETTINGS_DEFAULTS = {
  clicks: [1, 2, 5, 10, 15],
  strategy: 'sakinis',
  seed: 4242,
  methods: METHOD_KINDS,
  minArea: 1,
  tolerance: 1,
  diskRadius: 10,
} as const satisfies Settings;

/** Fills in the defaults and refuses what cannot be evaluated. @throws ClicksegError `invalid-option` */
export function checkSettings(given: Partial<Settings>): Settings {
  const settings: Settings = withDefaults(SETTINGS_DEFAULTS, given);
  const { clicks, strategy, seed, methods, limit } = settings;
  const whole = (n: number | undefined, least: number) =>
    n !== undefined && Number.isSafeInteger(n) && n >= least;
  if (clicks.length === 0 || clicks.some((n, i) => !whole(n, i === 0 ? 1 : clicks[i - 1] + 1))) {
    throw clicksRefused(clicks.join(','));
  }
  if (!['sakinis', 'monai', 'ritm'].includes(strategy)) {
    throw refused('strategy', strategy, 'is none of sakinis, monai, ritm');
  }
  if (!whole(seed, 0)) throw refused('seed', seed, 'is not a whole number from 0');
  if (limit !== undefined && !whole(limit, 1)) throw refused('limit', limit, 'is not a whole number from 1');
  if (!whole(settings.minArea, 1))
    throw refused('min-area', settings.minArea, 'is not a whole number from 1');
  for (const kind of methods) {
    if (!METHOD_KINDS.includes(kind)) throw refused('methods', kind, `is none of ${METHOD_KINDS.join(', ')}`);
  }
  const twice = methods.find((kind, i) => methods.indexOf(kind) !== i);
  if (twice !== undefined) throw refused('methods', methods.join(','), `names ${twice} twice`);
  if (methods.length === 0) throw refused('methods', '', 'names none');
  if (settings.groups?.length === 0) throw refused('groups', '', 'names none; without it all are evaluated');
  for (const name of ['tolerance', 'diskRadius'] as const) {
    if (!(settings[name] > 0 && Number.isFinite(settings[name])))
      throw refused(name, settings[name], 'is not above 0');
  }
  return settings;
}

/** True where a method needs a network. */
export const needsModel = ({ methods }: Settings): boolean =>
  methods.includes('model') || methods.includes('random');

/** @param typed - the clicks, as they were given */
export const clicksRefused = (typed: string): ClicksegError =>
  refused('clicks', typed, 'must be whole numbers that ascend, such as 1,2,5,10,15');

const refused = (name: string, value: unknown, why: string) =>
  new ClicksegError('invalid-option', `evaluate: --${name} ${value === '' ? '""' : String(value)} ${why}`);
