import ndarray from 'ndarray';
import { checkRaster, denseStride, type NumericArray, type Raster } from './raster.ts';

/**
 * The same pixels as a scijs `ndarray`, sharing their memory.
 *
 * A subpath of its own (`@clickseg/raster/ndarray`), because `ndarray` is an optional peer dependency
 * whose constructor generates code with `new Function`, which a strict Content-Security-Policy forbids.
 * The other way needs nothing: an `ndarray` is a {@link Raster}.
 *
 * @throws ClicksegError `invalid-array` or `invalid-shape`
 */
export function toNdarray<T extends NumericArray>(view: Raster<T>): ndarray.NdArray<T> {
  checkRaster(view, 'toNdarray: view');
  const { data, shape, stride = denseStride(shape), offset = 0 } = view;
  return ndarray(data, [...shape], [...stride], offset);
}
