import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BOTH, simd } from './both.ts';
import { bruteField, METRICS } from './brute.ts';

const { boundingBox, crop, chamferDistance, euclideanDistance } = simd;
const RUNS = { seed: 4242, numRuns: 30 };
const border = fc.constantFrom('ignore' as const, 'background' as const);

/** Masks of a random shape, anything from sparse to nearly full. */
const masks = (most: number[]) =>
  fc.tuple(...most.map((n) => fc.integer({ min: 1, max: n }))).chain((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return fc.integer({ min: 1, max: 19 }).chain((part) =>
      fc.array(fc.integer({ min: 0, max: 19 }), { minLength: size, maxLength: size }).map((draws) => ({
        data: Uint8Array.from(draws, (v) => (v < part ? 255 : 0)),
        shape: shape as number[],
      })),
    );
  });
const spacings = fc.tuple(...[1, 2, 3].map(() => fc.double({ min: 0.1, max: 9, noNaN: true })));

test('every chamfer field equals brute force on random slices', () => {
  fc.assert(
    fc.property(masks([9, 14]), border, (mask, b) => {
      for (const weights of [
        'chessboard',
        'city-block',
        '3-4',
        '5-7-11',
        'opencv-3x3',
        'opencv-5x5',
      ] as const) {
        const want = Float32Array.from(bruteField(mask.shape, b, METRICS[weights])(mask.data));
        for (const [, way] of BOTH) {
          expect(way.chamferDistance(mask, { weights, border: b }).data).toEqual(want);
        }
      }
    }),
    RUNS,
  );
});

test('a box of any width, with any gap between its rows, leaves nothing of earlier fields behind', () => {
  const whole = { data: new Uint8Array(40 * 40).fill(1, 1), shape: [40, 40] };
  for (let wide = 1; wide <= 9; wide++) {
    for (let gap = 0; gap <= 40; gap = gap * 2 + 1) {
      const width = wide + gap;
      const data = Uint8Array.from({ length: 3 * width }, (_, i) => (i % width < wide ? 1 : 0));
      const mask = { data, shape: [3, width] };
      const want = Float32Array.from(bruteField(mask.shape, 'background', METRICS.chessboard)(data));
      for (const [, way] of BOTH) {
        way.chamferDistance(whole);
        expect(way.chamferDistance(mask, { border: 'background' }).data).toEqual(want);
      }
    }
  }
});

test('chamfer fields equal brute force on random volumes', () => {
  fc.assert(
    fc.property(masks([4, 5, 7]), border, (mask, b) => {
      for (const weights of ['chessboard', 'city-block', '3-4'] as const) {
        const want = Float32Array.from(bruteField(mask.shape, b, METRICS[weights])(mask.data));
        expect(chamferDistance(mask, { weights, border: b }).data).toEqual(want);
      }
    }),
    RUNS,
  );
});

test.each([{ most: [9, 14] }, { most: [4, 5, 7] }])(
  'Euclidean fields equal brute force up to $most',
  ({ most }) => {
    fc.assert(
      fc.property(masks(most), border, spacings, (mask, b, any) => {
        const spacing = any.slice(3 - most.length);
        const squares = Float64Array.from(bruteField(mask.shape, b, METRICS.squared)(mask.data));
        const mm = bruteField(mask.shape, b, (d) => Math.hypot(...d.map((v, i) => v * spacing[i])))(
          mask.data,
        );
        for (const [, way] of BOTH) {
          expect(way.euclideanDistance(mask, { border: b, squared: true }).data).toEqual(squares);
          const field = way.euclideanDistance(mask, { border: b, spacing }).data;
          field.forEach((v, i) => {
            // Infinity minus itself is NaN.
            if (v !== mm[i]) expect(Math.abs(v - mm[i])).toBeLessThan(1e-12 * (1 + mm[i]));
          });
        }
      }),
      RUNS,
    );
  },
);

test('a crop one pixel wider than the box has the fields of the whole array', () => {
  fc.assert(
    fc.property(masks([12, 17]), (mask) => {
      const box = boundingBox(mask, { margin: 1 });
      fc.pre(box !== undefined);
      for (const weights of ['chessboard', '5-7-11', 'opencv-3x3'] as const) {
        const whole = chamferDistance(mask, { weights });
        const part = chamferDistance(crop(mask, box!), { weights });
        expect(part).toEqual(simd.contiguous(crop(whole, box!)));
      }
      const whole = euclideanDistance(mask);
      expect(euclideanDistance(crop(mask, box!))).toEqual(simd.contiguous(crop(whole, box!)));
    }),
    RUNS,
  );
});

test('equal spacing scales the field, and its name does not matter', () => {
  fc.assert(
    fc.property(masks([9, 9]), (mask) => {
      const unit = euclideanDistance(mask).data;
      const named = euclideanDistance(mask, { spacing: { x: 0.3, y: 0.3 } }).data;
      expect(named).toEqual(unit.map((v) => v * 0.3));
      const wide = euclideanDistance(mask, { spacing: { x: 2, y: 0.5 } });
      expect(wide).toEqual(euclideanDistance(mask, { spacing: [0.5, 2] }));
    }),
    RUNS,
  );
});

test.each(BOTH)('%s tells apart what is nearly as far at the end of a long line', (_, way) => {
  const [width, x] = [16_384, 15_985];
  const data = new Uint8Array(2 * width).fill(1);
  // One pixel of background straight below, one to the right, farther by a billionth.
  data[width + x] = 0;
  data[x + 1] = 0;
  const { data: field } = way.euclideanDistance({ data, shape: [2, width] }, { spacing: [1, 1 + 1e-9] });
  expect(field[x]).toBe(1);
});

test.each(BOTH)(
  '%s: a Float32 volume has the Float64 one rounded, whatever the unit of its spacing',
  (_, way) => {
    const data = new Uint8Array(125).fill(1, 1);
    for (const s of [1, 1e-23, 1e19]) {
      const options = { spacing: { x: s, y: s, z: 2 * s } };
      const [single, double] = [new Float32Array(125), new Float64Array(125)].map(
        (out) => way.euclideanDistance({ data, shape: [5, 5, 5] }, { ...options, out }).data,
      );
      expect(single).toEqual(Float32Array.from(double));
      expect(double[25]).toBeCloseTo(2 * s, 12);
      expect(double[124] / s).toBeCloseTo(Math.sqrt(4 ** 2 + 4 ** 2 + 8 ** 2), 12);
    }
  },
);
