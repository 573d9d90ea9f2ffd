import { type GoldenCase, loadGolden } from '@clickseg/golden';
import { describe, expect, test } from 'vitest';
import { BOTH } from './both.ts';

// SciPy 1.10 (cdt, edt) and OpenCV 4.6 (cv): the simulator's error maps D+ and D- of each case.
const cases = loadGolden('simulate').flatMap((c) =>
  (['plus', 'minus'] as const).filter((sign) => c.arrays[`${sign}_support`]).map((sign) => ({ c, sign })),
);

const FIELDS = {
  cdt_chessboard: { weights: 'chessboard' },
  cdt_taxicab: { weights: 'city-block' },
  cv_l2_3x3: { weights: 'opencv-3x3' },
  cv_l2_5x5: { weights: 'opencv-5x5' },
  cdt_chessboard_padded: { weights: 'chessboard', border: 'background' },
  cv_l2_5x5_padded: { weights: 'opencv-5x5', border: 'background' },
  edt_squared: { border: 'ignore' },
  edt_padded_squared: { border: 'background' },
} as const;

function errorMap(c: GoldenCase, sign: 'plus' | 'minus') {
  const { gt, pred } = c.arrays;
  const [has, lacks] = sign === 'plus' ? [gt, pred] : [pred, gt];
  return {
    data: Uint8Array.from(has.data, (v, i) => (v !== 0 && lacks.data[i] === 0 ? 1 : 0)),
    shape: gt.shape,
  };
}

describe.each(BOTH)('the fields of SciPy and OpenCV, %s', (_, { chamferDistance, euclideanDistance }) => {
  test.each(cases.map(({ c, sign }) => ({ id: c.id, sign, c })))('$id $sign', ({ c, sign }) => {
    const mask = errorMap(c, sign);
    const support = c.arrays[`${sign}_support`].data;
    // Large cases list the fields at some positions in the support only.
    const at = c.arrays[`${sign}_sel`]?.data.map((i) => support[i]) ?? support;
    expect(Array.from(mask.data).filter((v) => v).length).toBe(support.length);
    let seen = 0;
    for (const [name, options] of Object.entries(FIELDS)) {
      const want = c.arrays[`${sign}_${name}_at`]?.data;
      if (want === undefined) continue;
      // SciPy answers -1, OpenCV 8192 and edt the distance to (-1, 0) without any background: ours is Infinity.
      const full = support.length === mask.data.length && !name.includes('padded');
      const got =
        'weights' in options
          ? chamferDistance(mask, options)
          : euclideanDistance(mask, { ...options, squared: true });
      const values = Array.from(at, (i) => got.data[i]);
      expect(values, name).toEqual(full ? values.map(() => Number.POSITIVE_INFINITY) : Array.from(want));
      seen++;
    }
    expect(seen).toBeGreaterThanOrEqual(mask.shape.length === 2 ? 8 : 4);
  });
});
