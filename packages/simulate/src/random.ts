import { describe } from '@clickseg/raster';
import { checkCount, checkFunction, refused } from './options.ts';

/**
 * A source of uniform numbers in [0, 1); `Math.random` is one, {@link seededRandom} a repeatable one. It must not place clicks of
 * its own: it is called amid another's.
 */
export type Random = () => number;

/** The seed that the paper names (section III-C). */
export const PAPER_SEED = 4242;

/**
 * A repeatable source of uniform numbers: xoshiro128** (Blackman and Vigna), seeded through splitmix32,
 * 53 bits a number. Integer arithmetic only, so that one seed gives the same numbers on every platform.
 *
 * @param seed - a whole number from 0 to 2^53 - 1; default 4242, the paper's
 * @returns a function of its own state; each call gives the next number in [0, 1)
 * @throws ClicksegError `invalid-option` for any other seed
 */
export function seededRandom(seed: number = PAPER_SEED): Random {
  checkCount(seed, 0, 'seededRandom: seed');
  // Both halves of the seed enter, else seeds that differ by 2^32 would replay each other.
  let mix = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) | 0;
  const split = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let t = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
    t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
    return t ^ (t >>> 16);
  };
  let [a, b, c, d] = [split(), split(), split(), split()];
  const next = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) * 2 ** -53;
}

let shared: Random | undefined;

/**
 * The one source of all calls that are given none. A new one for every call would place every click with the same first
 * number, one for each function the k-th opening click and the k-th correction with the same one.
 */
export const usualRandom: Random = () => (shared ??= seededRandom())();

/** One number of a caller's source, refused where a faulty source would pick outside the region. */
export function draw(random: Random, what: string): number {
  checkFunction(random, `${what}: random`);
  const u = random();
  // Compared with numbers null is 0, and text the number that it spells.
  if (typeof u !== 'number' || !(u >= 0 && u < 1)) {
    throw refused(`${what}: random() gave ${describe(u)}, not in [0, 1)`);
  }
  return u;
}
