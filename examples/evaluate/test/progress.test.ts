import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress, duration } from '../src/run/progress.ts';

let now = 0;
beforeEach(() => {
  now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

const stream = (isTTY: boolean) => {
  const said: string[] = [];
  return { said, isTTY, write: (text: string) => said.push(text) } as unknown as NodeJS.WriteStream & {
    said: string[];
  };
};

it('tells the time left from the speed of this run alone', () => {
  const terminal = stream(true);
  const progress = createProgress(100, 40, terminal);
  now += 10_000;
  // 10 in 10 s; of 100 there were 40 before: 50 more at one a second.
  for (let n = 0; n < 10; n++) progress.add(1);
  expect(terminal.said).toEqual(['\r\x1b[K41 of 100 structures on slices, 10 min left']);
  now += 2_000;
  progress.add(1);
  expect(terminal.said[1]).toBe('\r\x1b[K51 of 100 structures on slices, 53 s left');
  progress.end();
  expect(terminal.said.at(-1)).toBe('\n');
});

it('is a line every half minute where it is no terminal', () => {
  const log = stream(false);
  const progress = createProgress(1000, 0, log);
  for (let second = 0; second < 65; second++) {
    now += 1000;
    progress.add(1);
  }
  expect(log.said).toEqual([
    '30 of 1000 structures on slices, 16 min left\n',
    '60 of 1000 structures on slices, 16 min left\n',
  ]);
});

it('speaks of seconds, minutes and hours', () => {
  expect([0, 59_400, 61_000, 3_599_000, 4_210_000].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 h 0 min',
    '1 h 10 min',
  ]);
});
