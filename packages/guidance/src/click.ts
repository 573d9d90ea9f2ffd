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
