import { ClicksegError } from './errors.ts';
import {
  arrayKind,
  copyOf,
  describe,
  type NumericArray,
  type Raster,
  sharesMemory,
  sizeOf,
} from './raster.ts';

/**
 * Checks a caller's output array: its type and its length.
 * @throws ClicksegError `invalid-array`
 */
export function checkOut<T extends NumericArray>(
  out: T | undefined,
  shape: readonly number[],
  types: readonly (new (n: number) => T)[],
  what: string,
): T | undefined {
  if (out === undefined) return undefined;
  const size = sizeOf(shape);
  if (!types.some((type) => type.name === arrayKind(out)) || out.length !== size) {
    const length = ArrayBuffer.isView(out) ? ` of ${out.length}` : '';
    throw new ClicksegError(
      'invalid-array',
      `${what}: out is ${describe(out)}${length}, not ${types.map((t) => t.name).join(' or ')} of ${size}`,
    );
  }
  return out;
}

/** The mask, or a copy of one that is read as it lies in memory which `out` overwrites. */
export function apartFrom(out: NumericArray | undefined, mask: Raster): Raster {
  const { data } = mask;
  const viewed = out !== undefined && data.BYTES_PER_ELEMENT === 1 && sharesMemory(data, out);
  return viewed ? { ...mask, data: copyOf(data) } : mask;
}
