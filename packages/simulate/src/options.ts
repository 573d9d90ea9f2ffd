import { ClicksegError, describe } from '@clickseg/raster';

/** The error of every refused option. */
export const refused = (message: string): ClicksegError => new ClicksegError('invalid-option', message);

/** @throws ClicksegError `invalid-option`, naming the choices */
export function checkName(name: string, names: readonly string[], what: string): void {
  if (!names.includes(name)) throw refused(`${what} ${describe(name)} is none of ${names.join(', ')}`);
}

/** @throws ClicksegError `invalid-option` */
export function checkCount(n: number, least: number, what: string): void {
  if (!Number.isSafeInteger(n) || n < least) {
    throw refused(`${what} ${describe(n)} is not a whole number from ${least}`);
  }
}

/** @throws ClicksegError `invalid-option` */
export function checkFinite(n: number, what: string): void {
  if (!Number.isFinite(n)) throw refused(`${what} ${describe(n)} is not finite`);
}

/** @throws ClicksegError `invalid-option` */
export function checkList<T extends ArrayLike<unknown>>(list: T, what: string): T {
  if (typeof list === 'object' && Number.isSafeInteger(list?.length)) return list;
  throw refused(`${what} ${describe(list)} is no list`);
}

/** @throws ClicksegError `invalid-option` */
export function checkFunction(f: unknown, what: string): void {
  if (typeof f !== 'function') throw refused(`${what} ${describe(f)} is no function`);
}

/** NaN is one: a score that cannot be told. @throws ClicksegError `invalid-option` */
export function checkNumber(n: number, what: string): void {
  if (typeof n !== 'number') throw refused(`${what} ${describe(n)} is no number`);
}
