import { ClicksegError, describe } from '@clickseg/raster';

/** @throws ClicksegError `invalid-option` for what is no list of objects */
export function listOfObjects<T extends object>(list: readonly T[], what: string): readonly T[] {
  if (Array.isArray(list) && list.every((one) => typeof one === 'object' && one !== null)) return list;
  throw new ClicksegError('invalid-option', `${what}: ${describe(list)} is no list of objects`);
}
