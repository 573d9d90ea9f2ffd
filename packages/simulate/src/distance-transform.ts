import { contiguous, type DenseRaster, type Raster, raster } from '@clickseg/raster';
import distanceTransform from 'distance-transform';
import ndarray from 'ndarray';

/**
 * City-block distances by scijs' `distance-transform` (p = 1), for `nextClick({ distance: cityBlock })`.
 *
 * Opt-in, behind optional peer dependencies `distance-transform` and `ndarray`: version 1.0.2 is exact for
 * p = 1 only, and both build functions from text at run time (`new Function`), which a strict content
 * security policy forbids. `distance: 'city-block'` gives the same field without either, and faster.
 *
 * The library transforms its argument in place; it is given a copy.
 *
 * @param mask - `[h, w]` or `[d, h, w]`, non-zero = inside
 * @returns Float64, dense: distance to the nearest zero pixel in pixels; 0 outside; Infinity everywhere
 * where there is no zero pixel
 * @throws ClicksegError `invalid-array` or `invalid-shape`
 */
export function cityBlock(mask: Raster): DenseRaster<Float64Array> {
  const { data, shape } = contiguous(mask, 'cityBlock: mask');
  // The library measures to the nearest non-zero pixel: to it, background is what is marked.
  const field = Float64Array.from(data, (v) => (v === 0 ? 1 : 0));
  if (!field.includes(1)) return raster(field.fill(Number.POSITIVE_INFINITY), shape);
  distanceTransform(ndarray(field, [...shape]), 1);
  return raster(field, shape);
}
