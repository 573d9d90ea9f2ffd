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

/** What is gone through one by one: a length alone does not make a list. @throws ClicksegError `invalid-option` */
export function checkList<T>(list: T, what: string): T {
  if (Array.isArray(list)) return list;
  throw refused(`${what} ${describe(list)} is no list`);
}

/**
 * Refuses options of a sibling's, which would otherwise be passed over without a word; `undefined` is not given.
 * @param names - each with what to do about it
 * @throws ClicksegError `invalid-option`
 */
export function refuseNames(options: object, names: Readonly<Record<string, string>>, what: string): void {
  for (const [name, why] of Object.entries(names)) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined) throw refused(`${what}: ${name} ${describe(value)} ${why}`);
  }
}

/** @throws ClicksegError `invalid-option` */
export function checkFunction(f: unknown, what: string): void {
  if (typeof f !== 'function') throw refused(`${what} ${describe(f)} is no function`);
}

/** NaN is one: a score that cannot be told. @throws ClicksegError `invalid-option` */
export function checkNumber(n: number, what: string): void {
  if (typeof n !== 'number') throw refused(`${what} ${describe(n)} is no number`);
}
