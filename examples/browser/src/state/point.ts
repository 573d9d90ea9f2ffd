/** A point, in pixels of the slice or of the screen. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From pixel of the slice to CSS pixel of the viewer: `(a x + c y + e, b x + d y + f)`. */
export interface Matrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}
