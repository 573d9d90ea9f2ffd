import { loadGolden, loadSchedule } from '@clickseg/golden';
import { chamferDistance, euclideanDistance, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import {
  type Click,
  clickProbability,
  disparity,
  initialClicks,
  interactionProbability,
  nextClick,
} from '../src/index.ts';

const cases = loadGolden('simulate').map((c) => ({
  ...c,
  gt: raster(c.arrays.gt.data, c.arrays.gt.shape),
  pred: raster(c.arrays.pred.data, c.arrays.pred.shape),
}));
const place = (c: Click) => (c.z === undefined ? [c.y, c.x] : [c.z, c.y, c.x]);
const once = (u: number) => () => u;

/** Which part of which field each of the peers' probability arrays was made from. */
const FIELDS = {
  cdt_chessboard: (m: ReturnType<typeof raster>) => chamferDistance(m, { weights: 'chessboard' }),
  cdt_taxicab: (m: ReturnType<typeof raster>) => chamferDistance(m, { weights: 'city-block' }),
  cv_l2_3x3: (m: ReturnType<typeof raster>) => chamferDistance(m, { weights: 'opencv-3x3' }),
  cv_l2_5x5: (m: ReturnType<typeof raster>) => chamferDistance(m, { weights: 'opencv-5x5' }),
  edt: (m: ReturnType<typeof raster>) => euclideanDistance(m),
};

describe.each(cases)('$id', ({ arrays, values, gt, pred }) => {
  it('has the disparity', () => {
    const D = disparity(gt, pred).data;
    const expected = arrays.D?.data ?? Int8Array.from(gt.data, (g, i) => g - pred.data[i]);
    let differing = 0;
    for (let i = 0; i < D.length; i++) if (D[i] !== expected[i]) differing++;
    expect([D.constructor, D.length, differing]).toEqual([Int8Array, expected.length, 0]);
  });

  it('has the probabilities over each error, to 1e-12', () => {
    for (const [kind, sign] of [
      ['plus', 1],
      ['minus', -1],
    ] as const) {
      const mask = raster(
        Uint8Array.from(gt.data, (g, i) => (g - pred.data[i] === sign ? 1 : 0)),
        gt.shape,
      );
      for (const [name, field] of Object.entries(FIELDS)) {
        const expected = arrays[`${kind}_p_${name}`];
        if (expected === undefined) continue;
        const p = clickProbability(field(mask)).data;
        const support = arrays[`${kind}_support`].data;
        const at = arrays[`${kind}_sel`]?.data ?? support.map((_, i) => i);
        let worst = 0;
        for (let i = 0; i < expected.data.length; i++) {
          worst = Math.max(worst, Math.abs(p[support[at[i]]] - expected.data[i]));
        }
        expect(worst, `${kind} ${name}`).toBeLessThan(1e-12);
      }
    }
  });

  it('decides as the paper and clicks as MONAI does for the same random number', () => {
    for (const { u, sign, click, error } of values.monai_click) {
      const ours = nextClick(gt, pred, { strategy: 'monai', random: once(u) });
      if (error !== undefined) {
        // MONAI overflows there; the click exists all the same.
        expect(ours?.label).toBe(values.paper_decision);
      } else if (sign === 'none') {
        expect(ours).toBeUndefined();
      } else {
        expect([ours?.label, place(ours as Click)], `u = ${u}`).toEqual([sign, click]);
        expect(ours?.label).toBe(values.paper_decision);
      }
    }
  });
});

it.each(cases.filter((c) => c.values.ritm_clicks))(
  '$id: clicks as RITM does, again and again',
  ({ gt, pred, values }) => {
    const clicks: Click[] = [];
    let left = values.fn_area + values.fp_area;
    for (const expected of values.ritm_clicks) {
      const ours = nextClick(gt, pred, { strategy: 'ritm', clicks });
      if (left-- <= 0) {
        // Nothing is left to correct: RITM clicks background at (0, 0).
        expect(ours).toBeUndefined();
        expect(expected).toEqual({ positive: false, click: [0, 0] });
        continue;
      }
      expect([ours?.label === 'foreground', place(ours as Click)]).toEqual([
        expected.positive,
        expected.click,
      ]);
      clicks.push(ours as Click);
    }
  },
);

it.each(cases.filter((c) => c.values.monai_initial_seeds))(
  '$id: seeds each component as MONAI does',
  ({ gt, values }) => {
    for (const { u, seeds } of values.monai_initial_seeds) {
      const ours = initialClicks(gt, { place: 'each-component', random: once(u) }).map(place);
      if (seeds.error !== undefined) expect(ours).toHaveLength(values.monai_initial_components_8connected);
      else {
        // A seed's first number is its distance; -1 in its second says that there is none.
        const rows: number[][] = seeds.filter((s: number[]) => s[1] >= 0).map((s: number[]) => s.slice(1));
        expect(ours, `u = ${u}`).toEqual(rows);
      }
    }
  },
);

it("has MONAI's interaction probabilities", () => {
  for (const [K, expected] of Object.entries(loadSchedule().monai_train_probability)) {
    expect(expected.map((_, k) => interactionProbability(k, Number(K)))).toEqual(expected);
  }
});
