import { ClicksegError, describe } from '@clickseg/raster';

/** From whose surface to the other's. */
export type Direction = 'pred-to-gt' | 'gt-to-pred';

/** @throws ClicksegError `invalid-option` */
export function checkDirection(direction: Direction, what: string): void {
  if (direction === 'pred-to-gt' || direction === 'gt-to-pred') return;
  throw new ClicksegError('invalid-option', `${what}: unknown direction ${describe(direction)}`);
}
