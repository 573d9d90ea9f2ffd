import { describe, expect, test } from 'vitest';
import { type ChamferWeights, chamferDistance, euclideanDistance, raster } from '../src/index.ts';
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
const CHAMFERS = ['chessboard', 'city-block', '3-4', '5-7-11', 'opencv-3x3', 'opencv-5x5'] as const;
const ANISO = [2.5, 0.7, 1.3];

describe.each(SHAPES)('every mask of %d x %d x %s against brute force', (...shape) => {
  const dims = shape.filter((n) => n !== undefined);
  test.each(['ignore', 'background'] as const)('border %s', (border) => {
    const weights = CHAMFERS.filter((w) => dims.length === 2 || METRIC_IN_3D.includes(w));
    const spacing = ANISO.slice(3 - dims.length);
    for (const mask of everyMask(dims)) {
      for (const w of weights) {
        const field = chamferDistance(raster(mask, dims), { weights: w, border });
        const want = Float32Array.from(bruteField(mask, dims, border, METRICS[w]));
        if (!same(field.data, want)) expect({ w, mask, got: field.data }).toEqual({ w, mask, got: want });
      }
      const squared = euclideanDistance(raster(mask, dims), { border, squared: true }).data;
      const want = Float64Array.from(bruteField(mask, dims, border, METRICS.squared));
      if (!same(squared, want)) expect({ mask, got: squared }).toEqual({ mask, got: want });
      const mm = euclideanDistance(raster(mask, dims), { border, spacing }).data;
      const far = bruteField(mask, dims, border, (d) => Math.hypot(...d.map((v, i) => v * spacing[i])));
      for (let i = 0; i < far.length; i++) {
        if (!(mm[i] === far[i] || Math.abs(mm[i] - far[i]) < 1e-12)) expect([mask, mm]).toEqual([mask, far]);
      }
    }
    expect.assertions(0);
  });
});

const METRIC_IN_3D: ChamferWeights[] = ['chessboard', 'city-block', '3-4'];

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
