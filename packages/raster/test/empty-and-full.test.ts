import { describe, expect, test } from 'vitest';
import { BOTH } from './both.ts';

describe.each(BOTH)('masks without background or without a pixel, %s', (_, way) => {
  test.each([{ shape: [3, 4] }, { shape: [2, 3, 4] }, { shape: [1, 1] }])('$shape', ({ shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const full = { data: new Uint8Array(size).fill(1), shape };
    const empty = { data: new Uint8Array(size), shape };
    for (const field of [way.chamferDistance, way.euclideanDistance]) {
      expect(new Set(field(full).data)).toEqual(new Set([Number.POSITIVE_INFINITY]));
      expect(new Set(field(empty).data)).toEqual(new Set([0]));
      expect(field(full, { border: 'background' }).data[0]).toBe(1);
    }
    expect(way.boundingBox(empty)).toBeUndefined();
    expect(way.boundingBox(full)).toEqual({ start: shape.map(() => 0), shape });
    expect(way.connectedComponents(empty)).toMatchObject({ count: 0, sizes: Int32Array.of(size) });
    expect(way.connectedComponents(full)).toMatchObject({ count: 1, sizes: Int32Array.of(0, size) });
    expect(way.boundary(empty).data).toEqual(empty.data);
  });
});

test('rows longer than 32-bit fixed-point costs reach', () => {
  const shape = [1, 20_000];
  const data = new Uint8Array(20_000).fill(1);
  data[0] = 0;
  for (const [, { chamferDistance }] of BOTH) {
    for (const weights of ['opencv-3x3', 'opencv-5x5'] as const) {
      const cost = weights === 'opencv-3x3' ? 62587 : 65536;
      const field = chamferDistance({ data, shape }, { weights }).data;
      expect(field[19_999]).toBe(Math.fround((19_999 * cost) / 65536));
    }
    expect(chamferDistance({ data, shape }, { weights: '5-7-11' }).data[19_999]).toBe(19_999);
  }
});
