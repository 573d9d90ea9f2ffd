import { type Raster, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { nextClick, seededRandom } from '../src/index.ts';

/** Positions of a shape, in C order. */
function positions(shape: number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i])),
    [[]],
  );
}

/** Distance in mm of each pixel of a region to the nearest one outside it, trying all; the frame where asked. */
function bruteField(region: number[], shape: number[], spacing: number[], framed: boolean): number[] {
  const at = positions(shape);
  const ring = positions(shape.map((n) => n + 2))
    .map((p) => p.map((v) => v - 1))
    .filter((p) => framed && p.some((v, a) => v < 0 || v >= shape[a]));
  const outside = [...at.filter((_, i) => region[i] === 0), ...ring];
  return at.map((p, i) => {
    if (region[i] === 0) return 0;
    const far = outside.map((q) => Math.hypot(...p.map((v, a) => (v - q[a]) * spacing[a])));
    return Math.min(Number.POSITIVE_INFINITY, ...far);
  });
}

const regions = (gt: Raster, pred: Raster) => {
  const [g, p] = [Array.from(gt.data), Array.from(pred.data)];
  return { missed: g.map((v, i) => +(v > p[i])), spilled: g.map((v, i) => +(v < p[i])) };
};
const count = (m: number[]) => m.reduce((a, b) => a + b, 0);
const clickAt = (i: number, shape: number[], label: string) => {
  const [z, y, x] =
    positions(shape)[i].length === 3 ? positions(shape)[i] : [undefined, ...positions(shape)[i]];
  return z === undefined ? { x, y, label } : { x, y, z, label };
};

const SHAPES = [
  { shape: [7, 9], spacing: [2.5, 0.7], named: { y: 2.5, x: 0.7 } },
  { shape: [9, 7], spacing: [0.6, 1.9], named: { y: 0.6, x: 1.9 } },
  { shape: [4, 5, 6], spacing: [3, 0.8, 1.1], named: { z: 3, y: 0.8, x: 1.1 } },
];

describe.each(SHAPES)('distance euclidean with spacing, $shape', ({ shape, spacing, named }) => {
  const n = shape.reduce((a, b) => a * b, 1);
  const random = seededRandom(shape.length * 7 + shape[0]);
  // Mostly inside: errors of some thickness, whose depths the spacing orders differently.
  const mask = (share: number) =>
    raster(
      Uint8Array.from({ length: n }, () => +(random() < share)),
      shape,
    );
  const pairs = Array.from({ length: 40 }, (_, k) => [mask(k % 2 ? 0.95 : 0.8), mask(k % 3 ? 0.1 : 0.3)]);

  it('samples in proportion to exp(mm) - 1', () => {
    let anisotropy = 0;
    for (const [gt, pred] of pairs) {
      for (const border of ['ignore', 'background'] as const) {
        const { missed, spilled } = regions(gt, pred);
        const label = count(spilled) > count(missed) ? 'background' : 'foreground';
        const region = label === 'background' ? spilled : missed;
        const click = (mm: number[], u: number) => {
          const weights = bruteField(region, shape, mm, border === 'background').map((d) => Math.expm1(d));
          const total = weights.reduce((a, b) => a + b, 0);
          let sum = 0;
          return clickAt(
            weights.findIndex((w) => (sum += w) > u * total),
            shape,
            label,
          );
        };
        for (const u of [0.07, 0.41, 0.83]) {
          const want = click(spacing, u);
          const options = { distance: 'euclidean', border, random: () => u } as const;
          expect(nextClick(gt, pred, { ...options, spacing })).toEqual(want);
          expect(nextClick(gt, pred, { ...options, spacing: named })).toEqual(want);
          const unit = click(
            spacing.map(() => 1),
            u,
          );
          if (JSON.stringify(unit) !== JSON.stringify(want)) anisotropy++;
        }
      }
    }
    // The spacing matters in these masks, or the test would pass without it.
    expect(anisotropy).toBeGreaterThan(10);
  });

  it("RITM's click is the first deepest pixel in mm, of the deeper error", () => {
    for (const [gt, pred] of pairs) {
      const { missed, spilled } = regions(gt, pred);
      const [fn, fp] = [missed, spilled].map((m) => bruteField(m, shape, spacing, true));
      const [deepFn, deepFp] = [Math.max(...fn), Math.max(...fp)];
      const [field, most, label] = deepFn > deepFp ? [fn, deepFn, 'foreground'] : [fp, deepFp, 'background'];
      // Equal but for the last bit is equal: the first of them.
      const at = field.findIndex((d) => d > most * (1 - 1e-12));
      const got = nextClick(gt, pred, { strategy: 'ritm', distance: 'euclidean', spacing });
      expect(got).toEqual(clickAt(at, shape, label));
    }
  });
});
