import { ClicksegError, type DenseRaster, raster } from '@clickseg/raster';
import { decode } from 'fast-png';
import { type Bytes, toArrayBuffer, unreadable } from './bytes.ts';
import type { ReadOptions } from './nifti.ts';

/**
 * Reads an 8- or 16-bit greyscale PNG as `[height, width]`, row 0 at the top, in the file's own depth.
 *
 * @throws ClicksegError `invalid-file` for a file that is empty, cut short, corrupt, not a PNG, coloured,
 * paletted, with alpha, of less than 8 bits or of no pixels
 */
export function readPng(bytes: Bytes, options: ReadOptions = {}): DenseRaster<Uint8Array | Uint16Array> {
  const what = options.name ?? 'PNG';
  const buffer = toArrayBuffer(bytes, what);
  let png: ReturnType<typeof decode>;
  try {
    // A damaged chunk otherwise decodes to a plausible picture.
    png = decode(buffer, { checkCrc: true });
  } catch (cause) {
    throw unreadable(what, 'not a whole PNG', cause);
  }
  const { width, height, channels, depth, data, palette } = png;
  if (width === 0 || height === 0) {
    throw new ClicksegError('invalid-file', `${what}: ${width} x ${height} pixels, expected at least one`);
  }
  if (channels !== 1 || palette) {
    const kind = palette ? 'a palette' : `${channels} channels`;
    throw new ClicksegError('invalid-file', `${what}: has ${kind}, expected grey alone`);
  }
  if ((depth !== 8 && depth !== 16) || data.length !== width * height) {
    throw new ClicksegError('invalid-file', `${what}: ${depth} bits a pixel, expected 8 or 16`);
  }
  return raster(data instanceof Uint16Array ? data : new Uint8Array(data), [height, width]);
}
