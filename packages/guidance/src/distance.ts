import { ClicksegError, type DenseRaster, describe, euclideanDistance, sizeOf } from '@clickseg/raster';
import type { Click } from './click.ts';
import { checkOptions } from './options.ts';
import { checkOut, denseOf, newPair } from './output.ts';
import { pixelsOf } from './pixel.ts';

/** Options of {@link distanceGuidance}. */
export interface DistanceOptions {
  /** `[height, width]` or `[depth, height, width]` of the image, in pixels. */
  readonly shape: readonly number[];
  /** Largest value, in pixels. Default 255 (Xu et al. 2016); `Infinity` cuts nothing. */
  readonly truncate?: number;
  /** Memory to write into, 2 * pixels long; overwritten. Default: new memory. */
  readonly out?: Float32Array;
}

/** Defaults of {@link DistanceOptions}. */
export const DISTANCE_DEFAULTS = { truncate: 255 } as const;

/**
 * Clicks as truncated distance maps (Xu et al. 2016, *Deep Interactive Object Selection*): the exact
 * Euclidean distance, in pixels, of each pixel to the nearest click of the map's label, at most
 * `truncate`. A map without clicks is `truncate` everywhere.
 *
 * @returns `[2, ...shape]`, C order: foreground, background; 0 at a click
 * @throws ClicksegError `invalid-shape`, `too-large`, `invalid-option`, `invalid-array`, `invalid-point`
 */
export function distanceGuidance(
  clicks: readonly Click[],
  options: DistanceOptions,
): DenseRaster<Float32Array> {
  const what = 'distanceGuidance';
  const { shape, truncate = DISTANCE_DEFAULTS.truncate, out } = checkOptions(options, what);
  if (typeof truncate !== 'number' || !(truncate > 0)) {
    throw new ClicksegError('invalid-option', `${what}: truncate ${describe(truncate)} is not above 0`);
  }
  const size = sizeOf(shape);
  if (out !== undefined) checkOut(out, 2 * size, 'float32', what);
  const pixels = pixelsOf(clicks, shape, what);
  const data = out ?? (newPair(size, 'float32', what) as Float32Array);
  const mask = new Uint8Array(size);
  pixels.forEach((list, channel) => {
    const map = data.subarray(channel * size, (channel + 1) * size);
    if (list.length === 0) {
      map.fill(truncate);
      return;
    }
    mask.fill(1);
    for (const pixel of list) mask[pixel] = 0;
    euclideanDistance({ data: mask, shape }, { out: map });
    for (let i = 0; i < map.length; i++) if (map[i] > truncate) map[i] = truncate;
  });
  return denseOf(data, [2, ...shape]);
}
