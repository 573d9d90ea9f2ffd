/**
 * A click, in pixels of the image: x right, y down, z slice, pixel centres at integers.
 *
 * A foreground click lies in the structure, a background click where a prediction spilled out of it.
 */
export interface Click {
  readonly x: number;
  readonly y: number;
  /** Slice index; required on a volume, ignored on a slice. */
  readonly z?: number;
  readonly label: 'foreground' | 'background';
}

/** Names a click of one {@link Guidance} for as long as that lives; never used twice. */
export type ClickId = number;

/** A click that a {@link Guidance} keeps. */
export interface PlacedClick extends Click {
  readonly id: ClickId;
}
