import { ClicksegError, describe } from '@clickseg/raster';
import type { Click } from './click.ts';

/** 0 for a foreground click, 1 for a background click: the order of the maps. */
export function channelOf(click: Click, what: string): 0 | 1 {
  if (typeof click !== 'object' || click === null) {
    throw new ClicksegError('invalid-point', `${what}: expected a click, got ${describe(click)}`);
  }
  if (click.label === 'foreground') return 0;
  if (click.label === 'background') return 1;
  const label = describe(click.label);
  throw new ClicksegError('invalid-point', `${what}: label ${label} is not foreground or background`);
}

/**
 * Index, in C order, of the pixel that a point lies in. Fractional coordinates go to the nearest pixel
 * centre, a half to the higher one, so that the image reaches from -0.5 up to (not including) width - 0.5.
 * @throws ClicksegError `invalid-point`
 */
export function pixelOf(
  point: { readonly x: number; readonly y: number; readonly z?: number },
  shape: readonly number[],
  what: string,
): number {
  const volume = shape.length === 3;
  const width = shape[shape.length - 1];
  const height = shape[shape.length - 2];
  const x = nearest(point?.x, width, 'x', what);
  const y = nearest(point?.y, height, 'y', what);
  // A slice ignores z, so that one click serves a volume and its slices.
  const z = volume ? nearest(point?.z, shape[0], 'z', what) : 0;
  return (z * height + y) * width + x;
}

function nearest(value: unknown, size: number, axis: string, what: string): number {
  const pixel = typeof value === 'number' ? Math.round(value) : NaN;
  if (pixel >= 0 && pixel < size) return pixel;
  const allowed = `0 to ${size - 1}`;
  throw new ClicksegError(
    'invalid-point',
    `${what}: ${axis} ${describe(value)} is not a pixel in ${allowed}`,
  );
}

/** The clicked pixels of each map as C-order indices, ascending, each once. */
export function pixelsOf(clicks: readonly Click[], shape: readonly number[], what: string): Int32Array[] {
  if (!Array.isArray(clicks)) {
    throw new ClicksegError('invalid-point', `${what}: expected an array of clicks, got ${describe(clicks)}`);
  }
  const pixels: number[][] = [[], []];
  for (const click of clicks) pixels[channelOf(click, what)].push(pixelOf(click, shape, what));
  return pixels.map((list) => new Int32Array(list).sort().filter((pixel, i, all) => pixel !== all[i - 1]));
}
