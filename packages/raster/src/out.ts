import { ClicksegError } from './errors.ts';
import { describe, type NumericArray, sizeOf } from './raster.ts';

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
  if (!types.some((type) => out instanceof type) || out.length !== size) {
    const length = ArrayBuffer.isView(out) ? ` of ${out.length}` : '';
    throw new ClicksegError(
      'invalid-array',
      `${what}: out is ${describe(out)}${length}, not ${types.map((t) => t.name).join(' or ')} of ${size}`,
    );
  }
  return out;
}
