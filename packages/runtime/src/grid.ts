import { ClicksegError, describe } from '@clickseg/raster';

// 8,192 x 8,192. Micrometres given for millimetres ask for a million times as much as the image has.
const MOST_PIXELS = 2 ** 26;

/**
 * How the image's pixel grid and the model's working grid lie over each other: the same field of
 * view, half-pixel centres, each axis with its own step.
 */
export interface GridMapping {
  /** `[h, w]` of the image. */
  readonly image: readonly [number, number];
  /** `[h, w]` of the working grid, before any padding or cropping. */
  readonly working: readonly [number, number];
  /** mm between working pixel centres as they really are, `[row, column]`; undefined without a spacing. */
  readonly spacing?: readonly [number, number];
  /** The working pixel an image position falls on: mapped, rounded (half up) and kept on the grid. */
  toWorking(point: { readonly x: number; readonly y: number }): { x: number; y: number };
  /** Where a working position lies in the image, in image pixels, unrounded. */
  toImage(point: { readonly x: number; readonly y: number }): { x: number; y: number };
}

/**
 * The mapping of an image to `max(1, round(n * spacing / target))` working pixels an axis.
 *
 * @param image - `[h, w]`
 * @param spacing - mm `[row, column]`, or undefined: then image pixels are working pixels
 * @param target - mm of the working grid, or undefined: then image pixels are working pixels too
 * @throws ClicksegError `invalid-spacing` where the working grid would be beyond both the image's size and 2^26 pixels, or a pixel is below
 * 1e-9 or above 1e9 mm; `invalid-option` for a target that is no number above 0
 */
export function gridMapping(
  image: readonly number[],
  spacing: readonly number[] | undefined,
  target: number | undefined,
): GridMapping {
  if (!(target === undefined || (target > 0 && target < Infinity)))
    throw new ClicksegError('invalid-option', `gridMapping: target ${describe(target)} is no number of mm`);
  const [h, w] = image;
  const fit = (n: number, axis: number) =>
    spacing && target ? Math.max(1, Math.round((n * spacing[axis]) / target)) : n;
  const working = [fit(h, 0), fit(w, 1)] as const;
  const most = Math.max(h * w, MOST_PIXELS);
  // Farther from a mm, the places of windows overflow.
  if (working[0] * working[1] > most || spacing?.some((mm) => !(mm >= 1e-9 && mm <= 1e9))) {
    const why = `[${spacing}] makes ${working[0]} x ${working[1]} pixels of [${image}]; is it in mm?`;
    throw new ClicksegError('invalid-spacing', `spacing: ${why}`);
  }
  const stepY = h / working[0];
  const stepX = w / working[1];
  const nearest = (position: number, step: number, n: number) =>
    Math.min(n - 1, Math.max(0, Math.floor((position + 0.5) / step)));
  return {
    image: [h, w],
    working,
    ...(spacing === undefined ? {} : { spacing: [spacing[0] * stepY, spacing[1] * stepX] as const }),
    // Rounding `(p + 0.5) / step - 0.5` half up is the floor of `(p + 0.5) / step`.
    toWorking: ({ x, y }) => ({ x: nearest(x, stepX, working[1]), y: nearest(y, stepY, working[0]) }),
    toImage: ({ x, y }) => ({ x: (x + 0.5) * stepX - 0.5, y: (y + 0.5) * stepY - 0.5 }),
  };
}
