import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compareMasks } from '../src/index.ts';
import { peers } from '../src/peers.ts';

it('the samples of the README run as written', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const here = readFileSync(new URL(import.meta.url), 'utf8').replace(/\s+/g, '');
  for (const [, sample] of readme.matchAll(/```ts\nimport .*\n([^`]+)```/g)) {
    for (const line of sample.trim().split('\n')) expect(here).toContain(line.replace(/\s+/g, ''));
  }

  // biome-ignore format: as the README has it
  const disc = (r: number) => ({ data: Uint8Array.from({ length: 4096 }, (_, i) => +(Math.hypot((i >> 6) - 32, (i & 63) - 30) < r)), shape: [64, 64] });
  // biome-ignore format: as the README has it
  const { dice, hausdorff, hausdorff95, meanAbsoluteDistance } = compareMasks(disc(14), disc(16), { spacing: { x: 0.7, y: 0.7 } });

  // Concentric discs of radius 14 and 16: the ratio of areas, and two pixels between the contours.
  expect(Math.abs(dice - (2 * 14 ** 2) / (14 ** 2 + 16 ** 2))).toBeLessThan(0.01);
  for (const d of [hausdorff, hausdorff95, meanAbsoluteDistance])
    expect(Math.abs(d - 2 * 0.7)).toBeLessThan(0.7);

  {
    // biome-ignore format: as the README has it
    const [pred, gt] = [Uint8Array.of(0, 1, 1, 0, 1, 1), Uint8Array.of(0, 0, 1, 0, 0, 1)].map((data) => ({ data, shape: [2, 3] }));
    const { medpy, monai, surfaceDistance } = peers(pred, gt, { spacing: { x: 0.7, y: 0.9 }, tolerance: 1 });
    const hd95 = [medpy.hd95, monai.hausdorffDistance95, surfaceDistance.robustHausdorff95]; // one name, three definitions
    // The prediction is one column wider than the reference: 0.7 in half of its pixels, 2 of all 6 distances.
    expect(hd95).toEqual([0.7, 0.7, 0.7].map((v) => expect.closeTo(v, 12)));
  }
});
