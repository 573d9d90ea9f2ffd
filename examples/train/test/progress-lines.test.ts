import { describe, expect, it, vi } from 'vitest';
import { scansRead, structuresMeasured } from '../src/progress-lines.ts';

describe('the lines about scans and structures', () => {
  it('come at the beginning, now and then, and at the end', () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line));
    for (let n = 0; n < 60; n++) scansRead(n, 60);
    const measured = structuresMeasured();
    for (let n = 1; n <= 230; n++) measured(n, 230);
    spy.mockRestore();
    expect(lines.slice(0, 3)).toEqual(['reading 60 scans', '25/60 scans', '50/60 scans']);
    expect(lines.slice(3).map((line) => line.split(' ')[0])).toEqual([
      '10/230',
      '100/230',
      '200/230',
      '230/230',
    ]);
    expect(lines[6]).toMatch(/structures, 0 s left/);
  });
});
