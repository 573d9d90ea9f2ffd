import { ClicksegError, type NumericArray } from '@clickseg/raster';
import { counted } from '../state/counted.ts';

/**
 * Puts the smallest finite value where there is none, in place: one NaN makes all of a prediction NaN.
 * @returns what a person should know of it; `undefined` where every value was finite
 * @throws ClicksegError `invalid-file` where none is
 */
export function makeFinite(data: NumericArray, name: string): string | undefined {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  let [least, missing] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) missing++;
    else if (value < least) least = value;
  }
  if (missing === 0) return undefined;
  if (missing === data.length)
    throw new ClicksegError('invalid-file', `${name}: no voxel has a finite value`);
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i] as number)) data[i] = least;
  return `${counted(missing, 'voxel')} without a finite value (NaN, infinity) shown as ${least}.`;
}
