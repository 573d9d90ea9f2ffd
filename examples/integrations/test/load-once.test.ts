import { expect, it } from 'vitest';
import { loadOnce } from '../src/load-once.ts';

it('loads once', async () => {
  let loads = 0;
  const get = loadOnce(async () => ++loads);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  expect(await get()).toBe(1);
});

it('tries again after a load that failed', async () => {
  let loads = 0;
  const get = loadOnce(async () => {
    if (++loads === 1) throw new Error('no network');
    return 'a segmenter';
  });
  // Two clicks wait for the same download, and both are told.
  const both = await Promise.allSettled([get(), get()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await get()).toBe('a segmenter');
  expect(loads).toBe(2);
});
