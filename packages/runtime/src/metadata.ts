import { describe, withDefaults } from '@clickseg/raster';
import { refuseModel } from './refuse-model.ts';

/** Under this key of the ONNX `metadata_props` a model carries its {@link ModelMetadata}, as JSON. */
export const MODEL_METADATA_KEY = 'clickseg';

/** Pixels along a side that a window may have; beyond it a size is a mistake, and its square no array. */
export const MOST_SIDE = 8192;

/** One knot of an intensity curve: `[Hounsfield value, value the model saw]`. */
export type CurveKnot = readonly [value: number, mapped: number];

/** Two-pass windows; sizes in network pixels. */
export interface ZoomMetadata {
  /** Longer side of the whole image in the first pass; a multiple of `sizeMultiple`, at most 8192. */
  readonly overview: number;
  /** Side of the square window of the second; a multiple of `sizeMultiple`, at most 8192. */
  readonly window: number;
  /** The window's side as a multiple of the longer side of what the first pass shows; above 1. */
  readonly margin: number;
}

/** What a model must say about itself so that the runtime can feed it as it was trained. */
export interface ModelMetadata {
  /** Version of this description; 1 so far. A model of a later one is refused, not guessed at. */
  readonly format: 1;
  readonly name: string;
  /** The weights' own version. */
  readonly version: string;
  /** mm between pixel centres of the working grid, along both axes. */
  readonly spacing: number;
  /**
   * Present where the model was trained on windows that follow the structure: the runtime then predicts twice,
   * on an overview and on a window around what that shows, and neither uses `spacing`.
   */
  readonly zoom?: ZoomMetadata;
  /** Height and width of the input must be multiples of this; 16 for four poolings (Fig. 2), at most 8192. */
  readonly sizeMultiple: number;
  /** Largest window in working pixels along one axis; a multiple of `sizeMultiple`, at most 8192. */
  readonly maxSize: number;
  /** Standard deviation of a click's Gaussian, in working pixels (paper, III-B: 2). */
  readonly sigma: number;
  /** Which discrete Gaussian: `sampled` as SciPy's, `erf` (integrated over each pixel) as MONAI's. */
  readonly kernel: 'sampled' | 'erf';
  /** A pixel belongs to the mask where its probability is at least this. */
  readonly threshold: number;
  /**
   * Least probability that a clicked pixel gets of being what its click says; pixels around it, of which the network was
   * unsure, follow. Above `threshold`, above 1 - `threshold` and below 1. Without it the network's answer stands as it is.
   */
  readonly certainty?: number;
  readonly normalization: {
    /** Mean 0 and standard deviation 1 over the working grid (paper, III-C). */
    readonly method: 'z-score';
    /**
     * Monotone piecewise-linear curve that Hounsfield images pass before it; constant beyond its
     * ends. Without it the values are taken as they are.
     */
    readonly curve?: readonly CurveKnot[];
  };
  /** What the network's output holds; logits are passed through a sigmoid. */
  readonly output: 'probability' | 'logits';
  /**
   * Whether the input has a fourth channel: the mask, 0 and 1, that answered to the clicks without the newest one; all 0 where
   * there is none (RITM's: Sofiiuk et al. 2021).
   */
  readonly previousMask?: boolean;
  /** Name of the input, `[1, 3, h, w]` or with `previousMask` `[1, 4, h, w]`; the graph's only input where not given. */
  readonly inputName?: string;
  /** Name of the `[1, 1, h, w]` output; the graph's first output where not given. */
  readonly outputName?: string;
}

/** What {@link parseMetadata} fills in where a description is silent. */
export const METADATA_DEFAULTS = {
  version: '0',
  sizeMultiple: 16,
  maxSize: 512,
  sigma: 2,
  kernel: 'sampled',
  threshold: 0.5,
  normalization: { method: 'z-score' },
  output: 'probability',
} as const satisfies Partial<ModelMetadata>;

/** A description as a person writes one for a foreign model: only name and spacing are needed. */
export type ModelMetadataInput = Partial<ModelMetadata> & Pick<ModelMetadata, 'name' | 'spacing'>;

/**
 * Reads and checks a model's description; what it leaves out is taken from {@link METADATA_DEFAULTS}.
 * Unknown fields are ignored, so that a later minor addition does not lock old runtimes out.
 *
 * @param source - the JSON text of the ONNX property, or the object it stands for
 * @throws ClicksegError `invalid-model`, naming the field and its value
 */
export function parseMetadata(source: string | ModelMetadataInput): ModelMetadata {
  const given = typeof source === 'string' ? parseJson(source) : source;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    refuseModel(`its metadata is no object: ${describe(given)}`);
  }
  const m = withDefaults({ format: 1, ...METADATA_DEFAULTS }, given) as ModelMetadata;
  for (const [field, right, why] of RULES) if (!right(m[field], m)) refuse(field, m[field], why);
  const { sizeMultiple } = m;
  checkSize('maxSize', m.maxSize, sizeMultiple);
  // Only what is known: a later minor addition must not come through as if it were understood.
  const known = Object.fromEntries(
    RULES.flatMap(([field]) => (m[field] === undefined ? [] : [[field, m[field]]])),
  ) as unknown as ModelMetadata;
  return {
    ...known,
    ...(m.zoom === undefined ? {} : { zoom: checkZoom(m.zoom, sizeMultiple) }),
    normalization: checkNormalization(m.normalization),
  };
}

const isWord = (v: unknown) => typeof v === 'string' && v !== '';
const isPositive = (v: unknown): v is number => Number.isFinite(v) && (v as number) > 0;
const upTo = (most: number) =>
  [(v: unknown) => isPositive(v) && v <= most, `must be above 0 and at most ${most}`] as const;
const isSize = (v: unknown): v is number =>
  Number.isInteger(v) && (v as number) >= 1 && (v as number) <= MOST_SIDE;
const WORD = 'must be a word';
const SIZE = `must be a whole number from 1 to ${MOST_SIDE}`;

/** Every field but `zoom` and `normalization`, what it must be, and how that is said. */
const RULES: readonly (readonly [
  keyof ModelMetadata,
  right: (value: unknown, all: ModelMetadata) => boolean,
  why: string,
])[] = [
  ['format', (v) => v === 1, 'this runtime reads format 1'],
  ['name', isWord, WORD],
  ['version', (v) => typeof v === 'string', 'must be a string'],
  ['spacing', isPositive, 'must be one number of mm, finite and above 0'],
  ['sizeMultiple', isSize, SIZE],
  ['maxSize', isSize, SIZE],
  // As @clickseg/guidance has it.
  ['sigma', ...upTo(10_000)],
  ['kernel', (v) => v === 'sampled' || v === 'erf', "is 'sampled' or 'erf'"],
  ['threshold', ...upTo(1)],
  [
    'certainty',
    // A background click leaves its pixel at 1 - certainty, which must take it out of the mask.
    (v, { threshold: t }) => v === undefined || (isPositive(v) && v > Math.max(t, 1 - t) && v < 1),
    'is above threshold and 1 - threshold, below 1',
  ],
  ['output', (v) => v === 'probability' || v === 'logits', "is 'probability' or 'logits'"],
  ['previousMask', (v) => v === undefined || typeof v === 'boolean', 'is true or false'],
  ['inputName', (v) => v === undefined || isWord(v), WORD],
  ['outputName', (v) => v === undefined || isWord(v), WORD],
];

function checkSize(field: string, value: unknown, multiple: number): void {
  if (!isSize(value) || value % multiple !== 0)
    refuse(field, value, `${SIZE}, a multiple of sizeMultiple ${multiple}`);
}

function checkZoom(given: ZoomMetadata, multiple: number): ZoomMetadata {
  if (typeof given !== 'object' || given === null) {
    refuse('zoom', JSON.stringify(given), 'must hold overview, window and margin');
  }
  const { overview, window, margin } = given;
  checkSize('zoom.overview', overview, multiple);
  checkSize('zoom.window', window, multiple);
  if (!(Number.isFinite(margin) && margin > 1)) refuse('zoom.margin', margin, 'must be above 1');
  return { overview, window, margin };
}

function checkNormalization(given: ModelMetadata['normalization']): ModelMetadata['normalization'] {
  if (typeof given !== 'object' || given === null || given.method !== 'z-score') {
    refuse('normalization', JSON.stringify(given), "must have the method 'z-score'");
  }
  const { curve } = given;
  if (curve === undefined) return { method: 'z-score' };
  const rising = (knot: CurveKnot, i: number) =>
    Array.isArray(knot) &&
    knot.length === 2 &&
    // What is added and squared must fit 32 bits.
    knot.every((v) => Number.isFinite(v) && Math.abs(v) < 1e18) &&
    (i === 0 || (knot[0] > curve[i - 1][0] && knot[1] >= curve[i - 1][1]));
  if (!Array.isArray(curve) || curve.length < 2 || !curve.every(rising)) {
    const why = 'needs two or more [value, mapped] below 1e18, values rising, mapped ones not falling';
    refuse('normalization.curve', JSON.stringify(curve), why);
  }
  return { method: 'z-score', curve: curve.map((k: CurveKnot) => [k[0], k[1]] as const) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return refuseModel(`its metadata ${describe(text)} is not JSON`, cause);
  }
}

function refuse(field: string, value: unknown, why: string): never {
  const shown = typeof value === 'string' ? value.slice(0, 120) : describe(value);
  return refuseModel(`its metadata's ${field} ${shown}: ${why}`);
}
