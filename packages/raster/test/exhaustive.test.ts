import { describe, expect, test } from 'vitest';
import { BOTH } from './both.ts';
import { bruteField, everyMask, METRICS } from './brute.ts';

const SHAPES = [
  ...[1, 2, 3].flatMap((h) => [1, 2, 3].map((w) => [h, w])),
  [2, 4],
  [2, 5],
  [5, 2],
  [1, 7],
  [7, 1],
  [2, 2, 2],
  [1, 3, 2],
  [3, 1, 2],
  [3, 2, 1],
];
const SLICE = ['chessboard', 'city-block', '3-4', '5-7-11', 'opencv-3x3', 'opencv-5x5'] as const;
const VOLUME = ['chessboard', 'city-block', '3-4'] as const;
const SPACING = [2.5, 0.7, 1.3];

describe.each(['ignore', 'background'] as const)('every mask against brute force, border %s', (border) => {
  test.each(SHAPES.map((shape) => ({ shape })))('of $shape', ({ shape }) => {
    const spacing = SPACING.slice(3 - shape.length);
    const wrong: unknown[] = [];
    const compare = (
      what: string,
      mask: Uint8Array,
      got: ArrayLike<number>,
      want: ArrayLike<number>,
      within = 0,
    ) => {
      for (let i = 0; i < want.length; i++) {
        const ok = got[i] === want[i] || Math.abs(got[i] - want[i]) <= within;
        if (!ok) return wrong.push({ what, mask, got, want });
      }
    };
    const names = shape.length === 2 ? SLICE : VOLUME;
    const chamfers = names.map((weights) => ({ weights, want: bruteField(shape, border, METRICS[weights]) }));
    const squares = bruteField(shape, border, METRICS.squared);
    const lengths = bruteField(shape, border, (d) => Math.hypot(...d.map((v, i) => v * spacing[i])));
    let masks = 0;
    for (const mask of everyMask(shape)) {
      masks++;
      const view = { data: mask, shape };
      for (const { weights, want } of chamfers) {
        const field = Float32Array.from(want(mask));
        for (const [how, { chamferDistance }] of BOTH) {
          compare(`${weights} ${how}`, mask, chamferDistance(view, { weights, border }).data, field);
        }
      }
      const [exact, mm] = [squares(mask), lengths(mask)];
      for (const [how, { euclideanDistance }] of BOTH) {
        compare(`squared ${how}`, mask, euclideanDistance(view, { border, squared: true }).data, exact);
        compare(`mm ${how}`, mask, euclideanDistance(view, { border, spacing }).data, mm, 1e-12);
      }
    }
    expect(masks).toBe(2 ** shape.reduce((a, b) => a * b, 1));
    expect(wrong).toEqual([]);
  });
});
