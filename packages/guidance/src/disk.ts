import { ClicksegError, type DenseRaster, describe, sizeOf } from '@clickseg/raster';
import type { Click } from './click.ts';
import { checkOptions } from './options.ts';
import { checkOut, denseOf, newPair } from './output.ts';
import { pixelsOf } from './pixel.ts';

/** Options of {@link diskGuidance}. */
export interface DiskOptions {
  /** `[height, width]` or `[depth, height, width]` of the image, in pixels. */
  readonly shape: readonly number[];
  /** In pixels, the rim included. Default 5 (RITM). */
  readonly radius?: number;
  /** Memory to write into, 2 * pixels long; overwritten. Default: new memory. */
  readonly out?: Float32Array;
}

/** Defaults of {@link DiskOptions}. */
export const DISK_DEFAULTS = { radius: 5 } as const;

/**
 * Clicks as binary disks (balls in a volume), as RITM feeds its networks (`DistMaps`, `use_disks`): 1
 * where a click of the map's label is at most `radius` away, 0 elsewhere.
 *
 * RITM measures from the real coordinate; here a click lies in its nearest pixel, as for Gaussian maps.
 * The two are the same for whole coordinates, the only ones that RITM's clicks have.
 *
 * @returns `[2, ...shape]`, C order: foreground, background
 * @throws ClicksegError `invalid-shape`, `too-large`, `invalid-option`, `invalid-array`, `invalid-point`
 */
export function diskGuidance(clicks: readonly Click[], options: DiskOptions): DenseRaster<Float32Array> {
  const what = 'diskGuidance';
  const { shape, radius = DISK_DEFAULTS.radius, out } = checkOptions(options, what);
  if (typeof radius !== 'number' || !(radius >= 0) || radius === Infinity) {
    throw new ClicksegError('invalid-option', `${what}: radius ${describe(radius)} is not 0 or above`);
  }
  const size = sizeOf(shape);
  if (out !== undefined) checkOut(out, 2 * size, 'float32', what);
  const pixels = pixelsOf(clicks, shape, what);
  const data = out ? out.fill(0) : (newPair(size, 'float32', what) as Float32Array);
  pixels.forEach((list, channel) => {
    for (const pixel of list) stamp(data, channel * size, shape, pixel, radius);
  });
  return denseOf(data, [2, ...shape]);
}

function stamp(
  data: Float32Array,
  map: number,
  shape: readonly number[],
  pixel: number,
  radius: number,
): void {
  const [depth, height, width] = shape.length === 3 ? shape : [1, shape[0], shape[1]];
  const line = Math.floor(pixel / width);
  const cx = pixel - line * width;
  const cz = Math.floor(line / height);
  const cy = line - cz * height;
  const reach = Math.floor(radius);
  const square = radius * radius;
  for (let z = Math.max(0, cz - reach); z <= Math.min(depth - 1, cz + reach); z++) {
    for (let y = Math.max(0, cy - reach); y <= Math.min(height - 1, cy + reach); y++) {
      const left = square - (z - cz) ** 2 - (y - cy) ** 2;
      if (left < 0) continue;
      // The square root of a square of whole numbers is exact, so that the rim is where it should be.
      const half = Math.floor(Math.sqrt(left));
      const row = map + (z * height + y) * width;
      data.fill(1, row + Math.max(0, cx - half), row + Math.min(width, cx + half + 1));
    }
  }
}
