/** Rows and columns of an image, in whole pixels. */
export interface ImageBox {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** What a window is chosen by: the image's size and the shape of its pixels. */
export interface ZoomGeometry {
  /** `[h, w]` */
  readonly image: readonly [number, number];
  /** Height and width of a pixel, in any unit common to both. */
  readonly pixel: readonly [number, number];
  /** The window's side as a multiple of the box's. */
  readonly margin: number;
  /** Network pixels along the window's side. */
  readonly window: number;
}

// Beyond an eighth of an image pixel there is nothing more to see; training goes as far.
const FINEST = 8;

/**
 * The window around a structure: a square (cut off at the image's frame) of `margin` times the longer side
 * of its box.
 *
 * Sides come from a ladder of steps of the square root of two below the image's own, and places from a
 * raster of an eighth of the side, so that the window stays where it is while a click is dragged and moves
 * at once, not a little every time, when it has to. It depends on the box alone.
 *
 * @param box - what the window shall show, in image pixels
 */
export function zoomWindow(
  box: ImageBox,
  { image: [h, w], pixel: [ph, pw], margin, window }: ZoomGeometry,
): ImageBox {
  const whole = Math.max(h * ph, w * pw);
  const wanted = Math.max(
    margin * Math.max(box.rows * ph, box.columns * pw),
    (window / FINEST) * Math.min(ph, pw),
  );
  const steps = Math.max(0, Math.floor(2 * Math.log2(whole / wanted)));
  const side = whole * 2 ** (-steps / 2);
  return {
    ...along('top', 'rows', box.top, box.rows, h, side / ph),
    ...along('left', 'columns', box.left, box.columns, w, side / pw),
  };
}

function along<S extends string, L extends string>(
  start: S,
  length: L,
  from: number,
  count: number,
  n: number,
  side: number,
): Record<S | L, number> {
  const size = Math.min(n, Math.max(1, Math.round(side)));
  const step = Math.max(1, side / 8);
  const centred = from + count / 2 - size / 2;
  const at = Math.min(n - size, Math.max(0, Math.round(Math.round(centred / step) * step)));
  return { [start]: at, [length]: size } as Record<S | L, number>;
}
