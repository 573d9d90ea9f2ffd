import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compareMasks } from '../src/index.ts';

it('the sample of the README runs as written', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const here = readFileSync(new URL(import.meta.url), 'utf8').replace(/\s+/g, '');
  const sample = /```ts\nimport .*\n([^`]+)```/.exec(readme)![1].trim();
  for (const line of sample.split('\n')) expect(here).toContain(line.replace(/\s+/g, ''));

  // biome-ignore format: as the README has it
  const disc = (r: number) => ({ data: Uint8Array.from({ length: 4096 }, (_, i) => +(Math.hypot((i >> 6) - 32, (i & 63) - 30) < r)), shape: [64, 64] });
  // biome-ignore format: as the README has it
  const { dice, hausdorff, hausdorff95, meanAbsoluteDistance } = compareMasks(disc(14), disc(16), { spacing: { x: 0.7, y: 0.7 } });

  // Concentric discs of radius 14 and 16: the ratio of areas, and two pixels between the contours.
  expect(Math.abs(dice - (2 * 14 ** 2) / (14 ** 2 + 16 ** 2))).toBeLessThan(0.01);
  for (const d of [hausdorff, hausdorff95, meanAbsoluteDistance])
    expect(Math.abs(d - 2 * 0.7)).toBeLessThan(0.7);
});
