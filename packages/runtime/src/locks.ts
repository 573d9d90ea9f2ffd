import { ClicksegError } from '@clickseg/raster';

/**
 * What is locked, as run lengths `[value, count, value, count, ...]` over the pixels: 0 free, 1 kept outside the mask, 2
 * kept inside. Never changed once made: every undo step holds one, and a map of an image's size each would fill the memory.
 */
export type Locks = readonly number[];

/** Locks where `region` is non-zero to what `mask` says there; earlier locks elsewhere stay. */
export function addLocks(
  locks: Locks | undefined,
  region: ArrayLike<number>,
  mask: ArrayLike<number>,
): Locks {
  const n = region.length;
  // A value less than in the runs: what is locked stands here as the probability it will have.
  const map = new Int8Array(n).fill(-1);
  applyLocks(map, locks);
  for (let i = 0; i < n; i++) if (region[i] !== 0) map[i] = mask[i] !== 0 ? 1 : 0;
  const runs: number[] = [];
  for (let i = 0; i < n; ) {
    const [from, value] = [i, map[i]];
    while (map[i] === value) i++;
    runs.push(value + 1, i - from);
  }
  return runs;
}

/** Writes locked pixels into a probability: 0 outside, 1 inside. */
export function applyLocks(probability: Float32Array | Int8Array, locks: Locks = []): void {
  let at = 0;
  for (let i = 0; i < locks.length; i += 2) {
    const end = at + locks[i + 1];
    if (locks[i] !== 0) probability.fill(locks[i] - 1, at, end);
    at = end;
  }
}

/**
 * Checks runs that came from elsewhere.
 *
 * @param size - number of pixels they must fill
 * @throws ClicksegError `invalid-file` where they do not
 */
export function checkRuns(runs: readonly number[], size: number): void {
  let at = 0;
  for (let i = 0; at < size || i < runs.length; i += 2) {
    const value = runs[i];
    const count = runs[i + 1];
    const right = [0, 1, 2].includes(value) && Number.isSafeInteger(count) && count > 0;
    if (!right || at + count > size) {
      throw new ClicksegError(
        'invalid-file',
        `locked: run ${i / 2} (${value}, ${count}) does not fit after ${at} of ${size} pixels`,
      );
    }
    at += count;
  }
}
