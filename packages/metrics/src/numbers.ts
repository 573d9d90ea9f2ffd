import { ClicksegError, describe } from '@clickseg/raster';

/**
 * A list of numbers, NaN and infinity among them.
 * @throws ClicksegError `invalid-option` for what is no list, or holds what is no number: a value that is missing is NaN, or it
 *   would be counted as something that was measured
 */
export function numbersOf(values: ArrayLike<number>, what: string): number[] {
  if (typeof values !== 'object' || values === null || !Number.isInteger(values.length)) {
    throw new ClicksegError('invalid-option', `${what}: ${describe(values)} is no list of numbers`);
  }
  const all = Array.from(values);
  const at = all.findIndex((v) => typeof v !== 'number');
  if (at < 0) return all;
  throw new ClicksegError('invalid-option', `${what}: number ${at} is ${describe(all[at])}, no number`);
}
