import type { Raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { compareMasks, DISTANCE_METRICS, hausdorff, METRICS, surfaceDistances } from '../src/index.ts';
import { bruteBorder, bruteDistances, pixelsOf, randomMask, seeded } from './pairs.ts';

const SHAPES = [
  [9, 14],
  [17, 5],
  [1, 12],
  [5, 7, 6],
  [1, 6, 9],
  [7, 1, 5],
];

const spacingFor = (shape: number[]) => [2.5, 0.7, 1.3].slice(0, shape.length);

/** Every metric but specificity, which counts the background, and so the image's size. */
const GEOMETRIC = METRICS.filter((m) => m !== 'specificity');

function expectSame(a: object, b: object, names: readonly string[], factor = 1) {
  for (const name of names) {
    const x = (a as Record<string, number>)[name];
    const y = (b as Record<string, number>)[name];
    expect(Math.abs(x * factor - y), `${name}: ${x} and ${y}`).toBeLessThanOrEqual(1e-12 * Math.max(1, y));
  }
}

function permuted(mask: Raster, order: number[]): Raster {
  const steps = mask.shape.map((_, a) => mask.shape.slice(a + 1).reduce((x, y) => x * y, 1));
  return { data: mask.data, shape: order.map((a) => mask.shape[a]), stride: order.map((a) => steps[a]) };
}

function moved(mask: Raster, by: number, margin: number): Raster<Uint8Array> {
  const shape = mask.shape.map((n) => n + margin);
  const data = new Uint8Array(shape.reduce((a, b) => a * b, 1));
  for (const p of pixelsOf(mask)) data[p.reduce((at, v, a) => at * shape[a] + v + by, 0)] = 1;
  return { data, shape };
}

describe.each(SHAPES.map((s) => [s]))('masks of %j', (shape) => {
  const random = seeded(shape.reduce((a, b) => a * 31 + b, 7));
  const pairs = Array.from({ length: 4 }, () => [randomMask(shape, random), randomMask(shape, random)]);
  const spacing = spacingFor(shape);

  it('measures what trying every pair of border pixels measures', () => {
    for (const [pred, gt] of pairs) {
      for (let c = 1; c <= shape.length; c++) {
        const d = surfaceDistances(pred, gt, { spacing, connectivity: c as 1 | 2 | 3 }).pixels;
        const p = bruteBorder(pred, c);
        const g = bruteBorder(gt, c);
        const there = bruteDistances(p, g, spacing);
        const back = bruteDistances(g, p, spacing);
        expect(d.predToGt.length).toBe(there.length);
        for (const [i, v] of there.entries()) expect(d.predToGt[i]).toBeCloseTo(v, 12);
        for (const [i, v] of back.entries()) expect(d.gtToPred[i]).toBeCloseTo(v, 12);
      }
    }
  });

  it('is symmetric, but for what has a direction', () => {
    const both = METRICS.filter(
      (m) => !['precision', 'recall', 'specificity', 'asdPredToGt', 'asdGtToPred'].includes(m),
    );
    for (const [pred, gt] of pairs) {
      const a = compareMasks(pred, gt, { spacing });
      const b = compareMasks(gt, pred, { spacing });
      expectSame(a, b, both);
      expectSame({ x: a.precision, y: a.asdPredToGt }, { x: b.recall, y: b.asdGtToPred }, ['x', 'y']);
    }
  });

  it('finds a mask equal to itself', () => {
    for (const [mask] of pairs) {
      const same = compareMasks(mask, mask, { spacing, tolerance: 0 });
      for (const m of METRICS) {
        expect(same[m], m).toBe((DISTANCE_METRICS as readonly string[]).includes(m) ? 0 : 1);
      }
    }
  });

  it('does not see where in a larger image the masks lie', () => {
    for (const [pred, gt] of pairs) {
      const options = { spacing, boundaryWidth: 2 };
      // From a margin on, nothing touches the frame any more.
      const here = compareMasks(moved(pred, 1, 6), moved(gt, 1, 6), options);
      const there = compareMasks(moved(pred, 4, 6), moved(gt, 4, 6), options);
      expectSame(here, there, METRICS);
    }
  });

  it('does not see the order of the axes, spacing taken along', () => {
    const orders =
      shape.length === 2
        ? [[1, 0]]
        : [
            [2, 1, 0],
            [1, 0, 2],
            [2, 0, 1],
          ];
    for (const [pred, gt] of pairs) {
      const plain = compareMasks(pred, gt, { spacing });
      for (const order of orders) {
        const turned = order.map((a) => spacing[a]);
        const other = compareMasks(permuted(pred, order), permuted(gt, order), { spacing: turned });
        expectSame(plain, other, METRICS);
      }
    }
  });

  it('scales distances with the spacing, and nothing else', () => {
    for (const [pred, gt] of pairs) {
      const a = compareMasks(pred, gt, { spacing, tolerance: 1 });
      const b = compareMasks(pred, gt, { spacing: spacing.map((s) => 3 * s), tolerance: 3 });
      expectSame(a, b, DISTANCE_METRICS, 3);
      expectSame(
        a,
        b,
        GEOMETRIC.filter((m) => !(DISTANCE_METRICS as readonly string[]).includes(m)),
      );
    }
  });

  it('keeps the triangle inequality of the Hausdorff distance', () => {
    for (let i = 0; i + 1 < pairs.length; i++) {
      const [a, b] = pairs[i];
      const c = pairs[i + 1][0];
      const direct = hausdorff(a, c, { spacing });
      expect(direct).toBeLessThanOrEqual(hausdorff(a, b, { spacing }) + hausdorff(b, c, { spacing }) + 1e-12);
    }
  });
});
