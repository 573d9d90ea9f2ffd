import { loadGolden } from '@clickseg/golden';
import { isClicksegError } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import type { BorderConnectivity } from '../src/index.ts';
import { medpy, monai, peers, surfaceDistance } from '../src/peers.ts';
import { maskOf } from './pairs.ts';

const pairs = loadGolden('metrics').filter((c) => c.arrays.pred && c.params.spacing);

type Answer = number | string | { error: string };

/** Holds our numbers, by name, against a peer's: the same specials, NaN where it raised. */
function expectAll(ours: object, theirs: Record<string, Answer>, tolerance: number) {
  const named = ours as Record<string, number>;
  for (const [name, answer] of Object.entries(theirs)) {
    const value = typeof answer === 'object' ? Number.NaN : Number(answer);
    const close = Math.abs(named[name] - value) <= tolerance * Math.abs(value);
    expect(close || Object.is(named[name], value), `${name}: ${named[name]} against ${value}`).toBe(true);
  }
}

describe.each(pairs.map((c) => [c.id, c] as const))('%s', (_, c) => {
  const { pred, gt } = c.arrays;
  const { spacing } = c.params;
  const { medpy: theirs, monai: theirMonai, surface_distance: google } = c.values;

  it('has MedPy’s numbers under MedPy’s names', () => {
    for (const key of Object.keys(theirs).filter((k) => k.startsWith('hd_c'))) {
      const n = key.slice(4);
      const ours = medpy(pred, gt, { spacing, connectivity: Number(n) as BorderConnectivity });
      const { dice: dc, jaccard: jc } = theirs;
      const [hd, hd95] = [theirs[`hd_c${n}`], theirs[`hd95_c${n}`]];
      const [asd, assd] = [theirs[`asd_pred_to_gt_c${n}`], theirs[`assd_c${n}`]];
      expectAll(ours, { dc, jc, hd, hd95, asd, assd }, 1e-9);
    }
    // Not recorded: by MedPy's formulas, from the pixels that its recorder counted. A division by zero is 0 there, and raised
    // by ravd.
    const { pred: p, gt: g, intersection: tp } = c.values.counts;
    const background = gt.data.length - g;
    expectAll(
      medpy(pred, gt),
      {
        precision: p ? tp / p : 0,
        recall: g ? tp / g : 0,
        specificity: background ? (background - (p - tp)) / background : 0,
        ravd: g ? (p - g) / g : 'NaN',
      },
      1e-12,
    );
  });

  it('has MONAI’s', () => {
    for (const [tolerance, surfaceDice] of Object.entries<Answer>(theirMonai.nsd_edge_pixels)) {
      expectAll(
        monai(pred, gt, { spacing, tolerance: Number(tolerance) }),
        {
          dice: theirMonai.dice_ignore_empty,
          iou: theirMonai.iou_ignore_empty,
          hausdorffDistance: theirMonai.hd,
          hausdorffDistance95: theirMonai.hd95,
          averageSurfaceDistance: theirMonai.asd_pred_to_gt,
          symmetricAverageSurfaceDistance: theirMonai.assd,
          surfaceDice,
        },
        1e-5,
      );
    }
  });

  it('has surface-distance’s', () => {
    for (const [tolerance, nsd] of Object.entries<Answer>(google.nsd)) {
      const {
        averageSurfaceDistance: mean,
        surfaceOverlapAtTolerance: overlap,
        ...ours
      } = surfaceDistance(pred, gt, { spacing, tolerance: Number(tolerance) });
      expectAll(
        { ...ours, gtMean: mean[0], predMean: mean[1], gtOverlap: overlap[0], predOverlap: overlap[1] },
        {
          gtMean: google.asd_gt_to_pred,
          predMean: google.asd_pred_to_gt,
          gtOverlap: google.overlap_gt[tolerance],
          predOverlap: google.overlap_pred[tolerance],
          robustHausdorff: google.robust_hd_100,
          robustHausdorff95: google.robust_hd_95,
          surfaceDiceAtTolerance: nsd,
          diceCoefficient: google.dice,
        },
        1e-9,
      );
    }
  });

  it('has all of them in one call', () => {
    const options = { spacing, tolerance: 2 };
    const each = { medpy: medpy(pred, gt, options), monai: monai(pred, gt, options) };
    expect(peers(pred, gt, options)).toEqual({
      ...each,
      surfaceDistance: surfaceDistance(pred, gt, options),
    });
    const wider = { ...options, connectivity: 2 } as const;
    expect(peers(pred, gt, wider)).toMatchObject({ medpy: medpy(pred, gt, wider), monai: each.monai });
  });
});

it('takes the tools’ defaults, whatever else the options say, and refuses what is wrong', () => {
  const [a, b] = [maskOf([9, 9], [[1, 1]]), maskOf([9, 9], [[4, 5]])];
  expect(monai(a, b, { metric: 'city-block', connectivity: 2 } as never).hausdorffDistance).toBe(5);
  expect(() => peers(a, b, { connectivity: 4 as never })).toThrow(
    'peers: connectivity must be 1 to 2, got 4',
  );
  for (const options of [{ tolerance: -1 }, { connectivity: 4 }, { voxelspacing: [1, 1] }, null]) {
    try {
      peers(a, b, options as never);
      expect.unreachable();
    } catch (error) {
      expect(isClicksegError(error, 'invalid-option'), String(error)).toBe(true);
    }
  }
});
