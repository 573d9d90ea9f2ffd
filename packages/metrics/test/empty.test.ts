import { isClicksegError } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import {
  compareMasks,
  DISTANCE_METRICS,
  dice,
  hausdorff,
  hausdorff95,
  specificity,
  surfaceDice,
} from '../src/index.ts';
import { maskOf } from './pairs.ts';

const none = maskOf([4, 5], []);
const some = maskOf(
  [4, 5],
  [
    [1, 1],
    [1, 2],
  ],
); // two pixels
const full = { data: new Uint8Array(20).fill(1), shape: [4, 5] };

describe('both empty', () => {
  it("is undefined under 'nan', in every metric but specificity", () => {
    const c = compareMasks(none, none);
    expect(c.empty).toBe('both');
    for (const m of DISTANCE_METRICS) expect(c[m], m).toBeNaN();
    for (const m of [
      'dice',
      'jaccard',
      'precision',
      'recall',
      'volumeSimilarity',
      'surfaceDice',
      'boundaryIou',
    ] as const) {
      expect(c[m], m).toBeNaN();
    }
    expect(c.specificity).toBe(1);
  });

  it.each(['infinity' as const, { penalty: 7 }])('agrees perfectly under %j', (empty) => {
    const c = compareMasks(none, none, { empty });
    for (const m of DISTANCE_METRICS) expect(c[m], m).toBe(0);
    expect([c.dice, c.jaccard, c.precision, c.recall, c.surfaceDice, c.boundaryIou]).toEqual([
      1, 1, 1, 1, 1, 1,
    ]);
  });
});

describe.each([
  ['pred', none, some],
  ['gt', some, none],
] as const)('%s empty', (which, pred, gt) => {
  it('scores 0, and leaves distances to the policy', () => {
    for (const [empty, far] of [
      ['nan', Number.NaN],
      ['infinity', Infinity],
      [{ penalty: 7 }, 7],
    ] as const) {
      const c = compareMasks(pred, gt, { empty });
      expect(c.empty).toBe(which);
      for (const m of DISTANCE_METRICS) expect(c[m], m).toBe(far);
      expect([c.dice, c.jaccard, c.volumeSimilarity, c.surfaceDice, c.boundaryIou]).toEqual([0, 0, 0, 0, 0]);
    }
  });

  it('makes the ratio without a denominator undefined, and 0 under a policy that counts it', () => {
    const ratio = which === 'pred' ? 'precision' : 'recall';
    expect(compareMasks(pred, gt)[ratio]).toBeNaN();
    expect(compareMasks(pred, gt, { empty: 'infinity' })[ratio]).toBe(0);
  });

  it("throws 'empty-mask' under 'throw', naming the mask", () => {
    for (const f of [
      () => hausdorff(pred, gt, { empty: 'throw' }),
      () => hausdorff95(pred, gt, { empty: 'throw' }),
    ]) {
      expect(f).toThrow(new RegExp(`${which} is empty`));
    }
    let error: unknown;
    try {
      compareMasks(pred, gt, { empty: 'throw' });
    } catch (e) {
      error = e;
    }
    expect(isClicksegError(error, 'empty-mask')).toBe(true);
  });
});

describe('the other special cases of the documentation', () => {
  it('a full image has its frame as its border', () => {
    expect(hausdorff(full, full)).toBe(0);
    expect(compareMasks(full, full).specificity).toBeNaN();
    // The pair lies at row 1, columns 1 and 2; the frame's far corner is (3, 4).
    expect(hausdorff(some, full)).toBeCloseTo(Math.hypot(2, 2), 12);
  });

  it('specificity where the reference fills the image is not for an empty mask, and not thrown', () => {
    for (const pred of [full, some, none]) {
      expect(specificity(pred, full, { empty: 'throw' })).toBeNaN();
      expect(compareMasks(pred, full, { empty: 'throw', metrics: ['specificity'] }).specificity).toBeNaN();
    }
    expect(specificity(some, full, { empty: 'infinity' })).toBe(0);
    expect(() => specificity(full, none, { empty: 'throw' })).not.toThrow();
  });

  it('one pixel has itself as its border', () => {
    const a = maskOf([6, 6], [[1, 1]]);
    const b = maskOf([6, 6], [[4, 5]]);
    expect(hausdorff(a, b)).toBe(5);
    expect(surfaceDice(a, b, { tolerance: 5, surface: 'pixels' })).toBe(1);
    expect(surfaceDice(a, b, { tolerance: 4.9, surface: 'pixels' })).toBe(0);
    expect(dice(a, b)).toBe(0);
  });

  it('a mask that touches the frame has a border there', () => {
    const half = maskOf(
      [4, 6],
      [0, 1, 2, 3].flatMap((y) => [0, 1, 2].map((x) => [y, x])),
    );
    const all = { data: new Uint8Array(24).fill(1), shape: [4, 6] };
    // From the far column's pixels to the half's last column.
    expect(hausdorff(half, all)).toBe(3);
  });

  it('a hole has a border', () => {
    const block = (hole: boolean) => {
      const pixels: number[][] = [];
      for (let y = 1; y < 10; y++)
        for (let x = 1; x < 10; x++) if (!hole || y !== 5 || x !== 5) pixels.push([y, x]);
      return maskOf([11, 11], pixels);
    };
    // The hole's neighbours, 3 pixels from the outer border, are border pixels of one mask only.
    expect(hausdorff(block(true), block(false))).toBe(3);
  });
});
