import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compareMasks } from '../src/index.ts';
import { peers } from '../src/peers.ts';

it('the samples of the README run as written', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const here = readFileSync(new URL(import.meta.url), 'utf8').replace(/\s+/g, '');
  const samples = [...readme.matchAll(/```ts\nimport .*\n([^`]+)```/g)];
  // A sample that the expression does not find would pass unread.
  expect(samples).toHaveLength(readme.match(/^```ts$/gm)!.length);
  expect(samples).toHaveLength(2);
  for (const [, sample] of samples) {
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
    const row = (...data: number[]) => ({ data: Uint8Array.from(data), shape: [1, 6] });
    const [pred, gt] = [row(0, 1, 1, 1, 1, 0), row(0, 0, 0, 1, 0, 1)] as const;
    // biome-ignore format: as the README has it
    const { medpy, monai, surfaceDistance } = peers(pred, gt, { spacing: { x: 0.7, y: 0.9 }, tolerance: 1 });
    const hd95 = [medpy.hd95, monai.hausdorffDistance95, surfaceDistance.robustHausdorff95]; // 1.225, 1.295, 1.4: one name
    // In pixels of 0.7 the prediction's lie 0, 1, 1, 2 from the reference's, and those 0, 1: the 95th percentile of all six is
    // 1.75, the prediction's own 1.85. Its end of a tenth of the contour or more makes it 2 where nothing is interpolated.
    expect(hd95).toEqual([1.75, 1.85, 2].map((v) => expect.closeTo(0.7 * v, 12)));
  }
});
