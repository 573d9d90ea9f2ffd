import type { Box } from '@clickseg/raster';

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
export function zoomWindow({ start, shape }: Box, { image, pixel, margin, window }: ZoomGeometry): Box {
  const whole = Math.max(image[0] * pixel[0], image[1] * pixel[1]);
  const longer = Math.max(shape[0] * pixel[0], shape[1] * pixel[1]);
  const wanted = Math.max(margin * longer, (window / FINEST) * Math.min(...pixel));
  const steps = Math.max(0, Math.floor(2 * Math.log2(whole / wanted)));
  const side = whole * 2 ** (-steps / 2);
  const axes = image.map((n, axis) => along(start[axis], shape[axis], n, side / pixel[axis]));
  return { start: axes.map(({ at }) => at), shape: axes.map(({ size }) => size) };
}

/**
 * Where a window of `side` pixels begins on an axis of `n`, and how long it is there. The box lies inside it: pixels far taller
 * than wide make a window of a row or two, which rounding would put beside what was clicked.
 */
function along(from: number, count: number, n: number, side: number): { at: number; size: number } {
  const first = Math.floor(from);
  const end = Math.min(n, Math.ceil(from + count));
  const size = Math.min(n, Math.max(end - first, Math.round(side)));
  const step = Math.max(1, side / 8);
  const centred = from + count / 2 - size / 2;
  const at = Math.round(Math.round(centred / step) * step);
  return { at: Math.min(n - size, first, Math.max(0, end - size, at)), size };
}
