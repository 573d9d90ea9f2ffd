import { expect, it } from 'vitest';
import { borderPoints } from '../src/border.ts';
import { joinBoxes, maskBox } from '../src/box.ts';
import { cropMask } from '../src/crop.ts';
import { hausdorff } from '../src/hausdorff.ts';
import { byteMask } from '../src/mask.ts';
import { MemoryBudget } from '../src/memory.ts';
import { metricDistances } from '../src/metric-distances.ts';
import { nearestDistances } from '../src/nearest.ts';
import type { PointSet } from '../src/points.ts';
import { sweepRemaining } from '../src/sweep.ts';
import { bruteBorder, bruteDistances, maskOf, pixelsOf, randomMask, seeded } from './pairs.ts';

/** More than anything here takes. */
const memory = () => new MemoryBudget(1e9, 'test');

function points(pred: ReturnType<typeof maskOf>, gt: ReturnType<typeof maskOf>) {
  const a = byteMask(pred, 'a');
  const b = byteMask(gt, 'b');
  const box = joinBoxes(maskBox(a), maskBox(b))!;
  const dims = pred.shape.length;
  return [a, b].map((m) => borderPoints(cropMask(m, box), dims, 1, memory()));
}

it.each([[[13, 17]], [[6, 9, 11]], [[9, 6, 1]]])(
  'the sweep of slices over %j measures what trying every pair measures, from any query on',
  (shape) => {
    const random = seeded(5);
    for (let run = 0; run < 5; run++) {
      const pred = randomMask(shape, random, 0.05);
      const gt = randomMask(shape, random, 0.02);
      const [p, g] = points(pred, gt);
      const spacing = [3, 0.6, 1.1];
      const brute = bruteDistances(bruteBorder(pred), bruteBorder(gt), spacing.slice(3 - shape.length));
      const done = Math.floor((p.count * run) / 5);
      const out = new Float64Array(p.count).fill(-1);
      sweepRemaining(p, g, spacing, out, done, memory());
      for (let i = 0; i < p.count; i++) {
        if (i < done) expect(out[i]).toBe(-1);
        else expect(Math.sqrt(out[i])).toBeCloseTo(brute[i], 12);
      }
    }
  },
);

it('stays exact where surfaces lie so far apart that the search gives up', () => {
  // Every pixel of a comb asks about one of many pixels on a circle around it: the worst case.
  const n = 300;
  const ring: number[][] = [];
  for (let i = 0; i < 4000; i++) {
    const t = (i * 2 * Math.PI) / 4000;
    ring.push([Math.round(150 + 145 * Math.sin(t)), Math.round(150 + 145 * Math.cos(t))]);
  }
  const comb: number[][] = [];
  for (let y = 110; y < 190; y += 5) for (let x = 110; x < 190; x++) comb.push([y, x]);
  const [p, g] = points(maskOf([n, n], comb), maskOf([n, n], ring));
  const ours = nearestDistances(p, g, [1, 1, 1], memory());
  const unique = bruteBorder(maskOf([n, n], ring));
  const brute = bruteDistances(comb, unique, [1, 1]);
  expect(ours.length).toBe(brute.length);
  for (let i = 0; i < ours.length; i++) expect(ours[i]).toBeCloseTo(brute[i], 10);
});

it.each(['chessboard', 'city-block'] as const)('the %s metric agrees with trying every pair', (metric) => {
  const random = seeded(9);
  for (const spacing of [
    [2, 0.5, 1.5],
    [0.3, 4, 1],
    [1, 1, 1],
  ]) {
    for (const [few, many] of [
      [0.02, 0.05],
      [0.005, 0.5],
    ]) {
      const pred = randomMask([5, 8, 9], random, many);
      const gt = randomMask([5, 8, 9], random, few);
      const [p, g] = points(pred, gt);
      const ours = metricDistances(p, g, spacing, metric);
      const to = bruteBorder(gt);
      bruteBorder(pred).forEach((a, i) => {
        const each = to.map((b) => a.map((v, k) => Math.abs(v - b[k]) * spacing[k]));
        const all = each.map((s) => (metric === 'chessboard' ? Math.max(...s) : s[0] + s[1] + s[2]));
        expect(ours[i]).toBeCloseTo(Math.min(...all), 12);
      });
    }
  }
});

it.each(['chessboard', 'city-block'] as const)(
  'the %s metric is as right in a volume that is measured by parts',
  (metric) => {
    // 2.4 million pixels: more than are measured at once. Opposite corners make the box the volume.
    const shape = [120, 130, 154];
    const random = seeded(17);
    const scattered = (n: number) => [
      [0, 0, 0],
      ...Array.from({ length: n }, () => shape.map((side) => Math.floor(random() * side))),
      shape.map((side) => side - 1),
    ];
    const [pred, gt] = [maskOf(shape, scattered(400)), maskOf(shape, scattered(12))];
    const ours = metricDistances(...(points(pred, gt) as [PointSet, PointSet]), [2, 0.5, 1.25], metric);
    const to = pixelsOf(gt);
    pixelsOf(pred).forEach((p, i) => {
      const each = to.map((q) => p.map((v, k) => Math.abs(v - q[k]) * [2, 0.5, 1.25][k]));
      const all = each.map((s) => (metric === 'chessboard' ? Math.max(...s) : s[0] + s[1] + s[2]));
      expect(ours[i]).toBe(Math.min(...all));
    });
  },
);

it('the search and the sweep round alike, in SciPy’s order of axes', () => {
  const shape = [14, 14, 14];
  const random = seeded(23);
  for (const spacing of [
    [0.1, 0.1, 0.1],
    [1, 0.8, 0.8],
  ]) {
    const [p, g] = points(randomMask(shape, random, 0.1), randomMask(shape, random, 0.004));
    const swept = new Float64Array(p.count);
    sweepRemaining(p, g, spacing, swept, 0, memory());
    expect(swept.map(Math.sqrt)).toEqual(nearestDistances(p, g, spacing, memory()));
  }
});

it('a column of 200,000 pixels does not take the square of them', () => {
  const [long, one] = [new Uint8Array(200_000).fill(1), new Uint8Array(200_000)];
  one[199_999] = 1;
  const [p, g] = [long, one].map((data) => ({ data, shape: [200_000, 1] }));
  // Trying every row for every pixel takes minutes, and the test's time is up.
  expect(hausdorff(p, g, { metric: 'chessboard' })).toBe(199_999);
  expect(hausdorff(p, g, { metric: 'city-block', spacing: [0.5, 1] })).toBe(99_999.5);
}, 15_000);

it('4,000 slices of noise do not take their points times their slices', () => {
  const random = seeded(29);
  const noise = () => ({
    data: Uint8Array.from({ length: 1_600_000 }, () => +(random() < 0.5)),
    shape: [4000, 20, 20],
  });
  // Every point at every slice takes half a minute, and the test's time is up.
  expect(hausdorff(noise(), noise(), { metric: 'city-block' })).toBeLessThan(7);
}, 15_000);
