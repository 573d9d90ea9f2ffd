import { ClicksegError } from '@clickseg/raster';
import type { Augmentation } from './crop.ts';
import { checkWarp } from './warp.ts';

type Rule = readonly [right: (value: number) => boolean, why: string];

const SHARE: Rule = [(v) => v >= 0 && v <= 1, 'is no share of 0 to 1'];
const FACTOR: Rule = [(v) => v > 0 && v < Infinity, 'is no factor above 0'];
const LENGTH: Rule = [(v) => v >= 0 && v < Infinity, 'is not 0 or a number above it'];

/**
 * That every crop of an augmentation is one of numbers.
 * @throws ClicksegError `invalid-option`, naming the first value that cannot be meant
 */
export function checkAugmentation({ size, warp, intensities, ...how }: Augmentation): void {
  const check = (name: string, value: number | undefined, [right, why]: Rule) => {
    if (value !== undefined && right(value)) return;
    throw new ClicksegError('invalid-option', `augmentation: ${name} ${value} ${why}`);
  };
  for (const name of ['rotation', 'shift', 'brightness'] as const) check(name, how[name], LENGTH);
  for (const name of ['zoom', 'contrast'] as const) check(name, how[name], FACTOR);
  check('whole', how.whole, SHARE);
  for (const i of [0, 1]) if (size) check(`size[${i}]`, size[i], FACTOR);
  if (warp) checkWarp(warp);
  if (!intensities) return;
  for (const name of ['window', 'negative'] as const) check(`intensities.${name}`, intensities[name], SHARE);
  for (const name of ['curve', 'remap', 'bias', 'noise', 'coarse'] as const) {
    const change = intensities[name];
    if (!change) continue;
    check(`intensities.${name}[0]`, change[0], SHARE);
    // Of no crop it may be of any strength: [0, 0] is a change that is off.
    if (change[0] > 0) check(`intensities.${name}[1]`, change[1], name === 'noise' ? LENGTH : FACTOR);
  }
}
