import { describe, expect, it } from 'vitest';
import { progressBar, progressText } from '../src/progress-bar.ts';

const step = (n: number, loss = 0.5, ms = 2000) => ({
  step: n,
  samples: 16 * n,
  loss,
  learningRate: 1e-3,
  clicks: 3,
  ms: { total: ms, clicks: 1, update: 2 },
});

describe('the progress line', () => {
  it('says loss, samples a second and time left', () => {
    const text = progressText(100, [step(49, 0.4), step(50, 0.2)], step(48));
    expect(text).toContain('[############............] 50/100');
    expect(text).toContain('loss 0.300');
    expect(text).toContain('8.0 samples/s');
    expect(text).toContain('1 min 40 s left');
    expect(progressText(10_000, [step(1)])).toContain('5 h 33 min left');
  });

  it('is drawn again in a terminal, and a line now and then in a file', () => {
    const written = (isTTY: boolean) => {
      const parts: string[] = [];
      const bar = progressBar(12, { isTTY, columns: 40, write: (text) => parts.push(text) }, 5);
      for (let n = 1; n <= 12; n++) bar(step(n));
      return parts;
    };
    const terminal = written(true);
    expect(terminal).toHaveLength(12);
    expect(terminal[3].startsWith('\r\u001b[K')).toBe(true);
    expect(terminal[3]).toHaveLength(4 + 39);
    expect(terminal[11].endsWith('\n')).toBe(true);
    // The first step is a line too, or a long run would be silent for minutes.
    expect(written(false).map((line) => / (\d+)\/12/.exec(line)?.[1])).toEqual(['1', '5', '10', '12']);
  });
});
