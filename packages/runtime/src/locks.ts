import { ClicksegError } from '@clickseg/raster';

/** What is locked, a pixel each: 0 free, 1 kept outside the mask, 2 kept inside. Never changed once made. */
export type Locks = Uint8Array;

/** Locks where `region` is non-zero to what `mask` says there; earlier locks elsewhere stay. */
export function addLocks(
  locks: Locks | undefined,
  region: ArrayLike<number>,
  mask: ArrayLike<number>,
): Locks {
  const result = locks === undefined ? new Uint8Array(region.length) : locks.slice();
  for (let i = 0; i < result.length; i++) {
    if (region[i] !== 0) result[i] = mask[i] !== 0 ? 2 : 1;
  }
  return result;
}

/** Writes locked pixels into a probability: 0 outside, 1 inside. */
export function applyLocks(probability: Float32Array, locks: Locks | undefined): void {
  if (locks === undefined) return;
  for (let i = 0; i < locks.length; i++) if (locks[i] !== 0) probability[i] = locks[i] - 1;
}

/** Run lengths `[value, count, value, count, ...]`, short enough for JSON. */
export function encodeRuns(locks: Locks): number[] {
  const runs: number[] = [];
  for (let i = 0; i < locks.length; ) {
    const value = locks[i];
    let end = i + 1;
    while (end < locks.length && locks[end] === value) end++;
    runs.push(value, end - i);
    i = end;
  }
  return runs;
}

/**
 * @param size - number of pixels the runs must fill
 * @throws ClicksegError `invalid-file` where they do not
 */
export function decodeRuns(runs: readonly number[], size: number): Locks {
  const locks = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const value = runs[i];
    const count = runs[i + 1];
    const right = (value === 0 || value === 1 || value === 2) && Number.isSafeInteger(count) && count > 0;
    if (!right || at + count > size) {
      throw new ClicksegError('invalid-file', `locked: run ${i / 2} (${value}, ${count}) does not fit`);
    }
    locks.fill(value, at, (at += count));
  }
  if (at !== size) throw new ClicksegError('invalid-file', `locked: runs fill ${at} of ${size} pixels`);
  return locks;
}
