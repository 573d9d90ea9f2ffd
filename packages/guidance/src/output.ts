import { arrayKind, ClicksegError, type DenseRaster, denseStride, describe } from '@clickseg/raster';
import type { Dtype, Dtypes } from './options.ts';

/** A raster over `data`; raster() itself takes 2 and 3 axes only, and volumes' maps have 4 here. */
export function denseOf<T extends Float32Array | Float64Array>(
  data: T,
  shape: readonly number[],
): DenseRaster<T> {
  return { data, shape, stride: denseStride(shape), offset: 0 };
}

/** Zeroed memory for two maps. */
export function newPair(size: number, dtype: Dtype, what: string): Dtypes[Dtype] {
  try {
    return dtype === 'float64' ? new Float64Array(2 * size) : new Float32Array(2 * size);
  } catch (cause) {
    throw new ClicksegError('too-large', `${what}: no memory for two maps of ${size} pixels`, { cause });
  }
}

/** Checks memory that the caller lends. */
export function checkOut(out: unknown, length: number, dtype: Dtype, what: string): void {
  const fits = arrayKind(out)?.toLowerCase() === `${dtype}array`;
  const got = (out as Float32Array | null)?.length;
  if (fits && got === length) return;
  const wanted = `${dtype} of ${length}`;
  throw new ClicksegError(
    'invalid-array',
    `${what}: out is ${describe(out)} of ${got} elements, not ${wanted}`,
  );
}
