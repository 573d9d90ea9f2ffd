/** One annotator at work on one structure of one slice: a line of `interactions*.jsonl`. */
export interface InteractionRecord {
  readonly image: string;
  readonly slice: number;
  readonly structure: string;
  /** In the label map. */
  readonly id: number;
  readonly group: string;
  readonly patient: string;
  readonly method: string;
  /** Of this interaction's own random source. */
  readonly seed: number;
  /** Of the structure, in image pixels. */
  readonly area: number;
  /** `[x, y, 1 foreground | 0 background]` in image pixels, in the order they were made. */
  readonly clicks: readonly (readonly [number, number, 0 | 1])[];
  /** After each click; fewer than asked for where nothing was wrong any more: the last one then holds. */
  readonly dice: readonly number[];
  /** At the settings' clicks, mm; null where it is undefined, the mask being empty. */
  readonly hausdorff: readonly (number | null)[];
  readonly meanDistance: readonly (number | null)[];
  readonly surfaceDice: readonly (number | null)[];
  /** Of all predictions together. The one field that differs between two runs of the same seed. */
  readonly ms: number;
}

/** Scores are kept in whole units, one over these: millionths, and ten thousandths of a millimetre. */
export const UNITS = { score: 1e6, mm: 1e4 } as const;

/** What was not evaluated, and why. */
export interface LeftOut {
  readonly image: string;
  readonly group: string;
  /** How many structures on slices it stands for; undefined where only the image that could not be read knows. */
  readonly structures?: number;
  readonly structure?: string;
  readonly slice?: number;
  /** Which of the structure's slices, where there is no such slice. */
  readonly nth?: number;
  readonly reason: string;
  /** True where the settings asked for it, such as a smallest area: no fault. */
  readonly asked?: boolean;
}

/** The first line of a file of records. */
export interface RecordHeader {
  readonly format: 1;
  /** SHA-256 of settings, models and catalogue; records of different runs are not mixed. */
  readonly run: string;
  readonly about: RunAbout;
}

/** What a run is, without anything of the machine that it runs on. */
export interface RunAbout {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly models: readonly { readonly name: string; readonly version: string; readonly sha256: string }[];
  /** The catalogue's digest, which covers the files' contents. */
  readonly data: string;
  readonly structures: number;
  readonly chunks: number;
  /** See `SCORING_VERSION`; without it 1. */
  readonly scoring?: number;
  readonly methods: readonly string[];
  readonly groups: readonly {
    readonly group: string;
    readonly source: string;
    readonly licence: string;
    readonly spacingKnown: boolean;
  }[];
}

export type RecordLine =
  | InteractionRecord
  | RecordHeader
  | { readonly leftOut: LeftOut; readonly chunk: number }
  /** Written when everything of a chunk is. */
  | { readonly finished: number };

/** One interaction of a run. Two groups may number their images alike. */
export const keyOf = (
  r: Pick<InteractionRecord, 'group' | 'image' | 'slice' | 'structure' | 'method'>,
): string => `${r.group}\n${r.image}\n${r.slice}\n${r.structure}\n${r.method}`;
