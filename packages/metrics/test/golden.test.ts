import { type GoldenCase, loadGolden } from '@clickseg/golden';
import { describe, expect, it } from 'vitest';
import {
  averageSurfaceDistance,
  type BorderConnectivity,
  compareSlices,
  counts,
  dice,
  hausdorff,
  hausdorff95,
  hausdorffPercentile,
  jaccard,
  meanAbsoluteDistance,
  setHausdorff,
  softDice,
  summarizeComparisons,
  surfaceDice,
  surfaceDistances,
} from '../src/index.ts';

const cases = loadGolden('metrics');
const pairs = cases.filter((c) => c.arrays.pred && c.params.spacing);

// What a peer answered: a number, a special as a string, or the error that it raised.
type Answer = number | string | { error: string };

/** Holds a number against a peer's. A peer that raised answered nothing, and ours is then NaN. */
function expectAnswer(ours: number, theirs: Answer, tolerance: number, what: string) {
  if (typeof theirs === 'object') return expect(ours, what).toBeNaN();
  const value = Number(theirs);
  if (Number.isNaN(value)) return expect(ours, what).toBeNaN();
  if (!Number.isFinite(value)) return expect(ours, what).toBe(value);
  expect(Math.abs(ours - value), `${what}: ${ours} against ${value}`).toBeLessThanOrEqual(
    tolerance * Math.abs(value),
  );
}

const EXACT = 1e-9;
const FLOAT32 = 1e-5;

const measured = (c: GoldenCase, connectivity: BorderConnectivity = 1) =>
  surfaceDistances(c.arrays.pred, c.arrays.gt, { spacing: c.params.spacing, connectivity });

describe.each(pairs.map((c) => [c.id, c] as const))('%s', (_, c) => {
  const { pred, gt } = c.arrays;
  const { medpy, monai, surface_distance: google } = c.values;
  const none = c.values.counts.gt === 0 || c.values.counts.pred === 0;

  it('counts the pixels and the border pixels of every peer', () => {
    const n = counts(pred, gt);
    expect(n.truePositives).toBe(c.values.counts.intersection);
    expect(n.truePositives + n.falsePositives).toBe(c.values.counts.pred);
    expect(n.truePositives + n.falseNegatives).toBe(c.values.counts.gt);
    for (const key of Object.keys(c.values.border_pixels).filter((k) => k.startsWith('gt_c'))) {
      const d = measured(c, Number(key.slice(4)) as BorderConnectivity).pixels;
      expect(d.gtToPred.length, key).toBe(c.values.border_pixels[key]);
      expect(d.predToGt.length, key).toBe(c.values.border_pixels[key.replace('gt', 'pred')]);
    }
  });

  it('answers as MedPy', () => {
    expectAnswer(dice(pred, gt, { empty: 'infinity' }), medpy.dice, EXACT, 'dice');
    expectAnswer(jaccard(pred, gt, { empty: 'infinity' }), medpy.jaccard, EXACT, 'jaccard');
    for (const key of Object.keys(medpy).filter((k) => k.startsWith('hd_c'))) {
      const n = key.slice(4);
      const d = measured(c, Number(n) as BorderConnectivity);
      expectAnswer(hausdorff(d), medpy[`hd_c${n}`], EXACT, `hd_c${n}`);
      expectAnswer(hausdorff95(d, { definition: 'pooled' }), medpy[`hd95_c${n}`], EXACT, `hd95_c${n}`);
      expectAnswer(meanAbsoluteDistance(d), medpy[`assd_c${n}`], EXACT, `assd_c${n}`);
      expectAnswer(averageSurfaceDistance(d), medpy[`asd_pred_to_gt_c${n}`], EXACT, `asd p ${n}`);
      const back = averageSurfaceDistance(d, { direction: 'gt-to-pred' });
      expectAnswer(back, medpy[`asd_gt_to_pred_c${n}`], EXACT, `asd g ${n}`);
    }
  });

  it('answers as MONAI', () => {
    // MONAI leaves out pairs whose reference is empty, and keeps them at 0 or 1 under ignore_empty=False.
    if (c.values.counts.gt > 0) expectAnswer(dice(pred, gt), monai.dice_ignore_empty, FLOAT32, 'dice');
    if (c.values.counts.gt > 0) expectAnswer(jaccard(pred, gt), monai.iou_ignore_empty, FLOAT32, 'iou');
    expectAnswer(dice(pred, gt, { empty: 'infinity' }), monai.dice_keep_empty, FLOAT32, 'dice kept');
    const d = measured(c);
    const empty = d.empty === 'both' ? 'nan' : 'infinity';
    expectAnswer(hausdorff(d, { empty }), monai.hd, FLOAT32, 'hd');
    // Its percentile of an infinite list is NaN, which says less than its HD does.
    expectAnswer(hausdorff95(d, { definition: 'max-directed' }), monai.hd95, FLOAT32, 'hd95');
    expectAnswer(averageSurfaceDistance(d, { empty }), monai.asd_pred_to_gt, FLOAT32, 'asd p');
    const back = averageSurfaceDistance(d, { empty, direction: 'gt-to-pred' });
    expectAnswer(back, monai.asd_gt_to_pred, FLOAT32, 'asd g');
    expectAnswer(meanAbsoluteDistance(d, { empty }), monai.assd, FLOAT32, 'assd');
    const directed = hausdorff(d, { empty, direction: 'pred-to-gt' });
    expectAnswer(directed, monai.hd_directed_pred_to_gt, FLOAT32, 'hd directed');
    // MONAI's answer with the masks in each other's place was not recorded; the larger of the two directions is.
    const other = hausdorff(pred, gt, { spacing: c.params.spacing, empty, direction: 'gt-to-pred' });
    expect(Math.max(directed, other)).toBe(hausdorff(d, { empty }));
    for (const metric of ['chessboard', 'city-block'] as const) {
      const theirs = metric === 'chessboard' ? monai.hd_chessboard_unit : monai.hd_taxicab_unit;
      expectAnswer(hausdorff(pred, gt, { metric, empty }), theirs, FLOAT32, metric);
    }
    for (const [key, value] of Object.entries<Answer>(monai.nsd_edge_pixels)) {
      const ours = surfaceDice(d, { tolerance: Number(key), surface: 'pixels' });
      expectAnswer(ours, value, FLOAT32, `nsd pixels ${key}`);
    }
    for (const [key, value] of Object.entries<Answer>(monai.nsd_subvoxel)) {
      expectAnswer(surfaceDice(d, { tolerance: Number(key) }), value, FLOAT32, `nsd elements ${key}`);
    }
  });

  it('answers as surface-distance', () => {
    const d = measured(c);
    expectAnswer(dice(pred, gt), google.dice, EXACT, 'dice');
    const total = (w: Float64Array) => w.reduce((a, b) => a + b, 0);
    const { predToGt, gtToPred, predWeights, gtWeights } = d.elements;
    expect([gtToPred.length, predToGt.length]).toEqual(google.n_surfels);
    expectAnswer(total(gtWeights), google.surface_measure[0], EXACT, 'area of gt');
    expectAnswer(total(predWeights), google.surface_measure[1], EXACT, 'area of pred');
    for (const percentile of [100, 95, 50]) {
      const options = { percentile, definition: 'surface-weighted', empty: 'infinity' } as const;
      const ours = d.empty === 'both' ? Number.POSITIVE_INFINITY : hausdorffPercentile(d, options);
      expectAnswer(ours, google[`robust_hd_${percentile}`], EXACT, `robust ${percentile}`);
    }
    for (const [key, value] of Object.entries<Answer>(google.nsd)) {
      expectAnswer(surfaceDice(d, { tolerance: Number(key) }), value, EXACT, `nsd ${key}`);
    }
    if (none) return;
    const directions = { asd_pred_to_gt: 'pred-to-gt', asd_gt_to_pred: 'gt-to-pred' } as const;
    for (const [key, direction] of Object.entries(directions)) {
      const ours = averageSurfaceDistance(d, { surface: 'elements', direction });
      expectAnswer(ours, google[key], EXACT, key);
    }
    for (const [key, value] of Object.entries<Answer>(google.overlap_gt)) {
      expectAnswer(within(gtToPred, gtWeights, Number(key)), value, EXACT, `overlap gt ${key}`);
    }
    for (const [key, value] of Object.entries<Answer>(google.overlap_pred)) {
      expectAnswer(within(predToGt, predWeights, Number(key)), value, EXACT, `overlap pred ${key}`);
    }
  });
});

/** The share of one surface within a tolerance, from the distances that the package hands out. */
function within(distances: Float64Array, weights: Float64Array, tolerance: number): number {
  let near = 0;
  let all = 0;
  for (let i = 0; i < distances.length; i++) {
    all += weights[i];
    if (distances[i] <= tolerance) near += weights[i];
  }
  return near / all;
}

it.each(cases.filter((c) => c.arrays.prob).map((c) => [c.id, c] as const))(
  '%s: soft Dice as the paper',
  (_, c) => {
    const ours = softDice(c.arrays.prob, c.arrays.gt);
    expectAnswer(ours, c.values.paper_dice, EXACT, 'paper');
    const loss = Number(c.values.monai_dice_loss_squared_smooth0);
    expectAnswer(1 - ours, loss, FLOAT32, 'MONAI');
  },
);

// SciPy and scikit-image were not asked for the largest cases.
it.each(pairs.filter((c) => c.values.set_hd).map((c) => [c.id, c] as const))(
  '%s: the distance between sets as SciPy and scikit-image',
  (_, c) => {
    const theirs = c.values.set_hd;
    const { pred, gt } = c.arrays;
    const unit = setHausdorff(pred, gt);
    if (theirs.error) {
      // scikit-image answers 0 for two empty masks and Infinity for one: our policy 'infinity'.
      const said = Number(theirs.skimage_hd_unit);
      expect(setHausdorff(pred, gt, { empty: 'infinity' })).toBe(said);
      return;
    }
    expectAnswer(unit, theirs.skimage_hd_unit, EXACT, 'scikit-image');
    expectAnswer(setHausdorff(pred, gt, { spacing: c.params.spacing }), theirs.hd, EXACT, 'SciPy');
  },
);

describe.each(cases.filter((c) => c.values.slices).map((c) => [c.id, c] as const))('%s', (_, c) => {
  const { pred, gt } = c.arrays;
  const [sy, sx] = c.params.spacing_in_plane;
  // The slice distance never enters: slices are compared in their plane.
  const options = { spacing: [7, sy, sx], empty: 'nan' } as const;

  it('compares every slice as MedPy and MONAI', () => {
    const ours = compareSlices(pred, gt, { ...options, slices: 'all' });
    const pooled = compareSlices(pred, gt, { ...options, slices: 'all', definition: 'pooled' });
    expect(ours.map((s) => s.slice)).toEqual(c.values.slices.map((s: { slice: number }) => s.slice));
    c.values.slices.forEach((theirs: Record<string, number & Answer>, i: number) => {
      const s = ours[i];
      expect(s.counts.truePositives + s.counts.falseNegatives).toBe(theirs.gt);
      if (s.empty !== 'both') expectAnswer(s.dice!, theirs.dice, EXACT, `dice ${i}`);
      if (s.empty !== 'both') expectAnswer(s.jaccard!, theirs.jaccard, EXACT, `jaccard ${i}`);
      expectAnswer(s.hausdorff!, theirs.hd, EXACT, `hd ${i}`);
      expectAnswer(pooled[i].hausdorff95!, theirs.hd95, EXACT, `hd95 ${i}`);
      expectAnswer(s.meanAbsoluteDistance!, theirs.assd, EXACT, `assd ${i}`);
      if (s.empty !== 'none') return;
      expectAnswer(s.hausdorff!, theirs.monai_hd, FLOAT32, `MONAI hd ${i}`);
      expectAnswer(s.hausdorff95!, theirs.monai_hd95, FLOAT32, `MONAI hd95 ${i}`);
      expectAnswer(s.meanAbsoluteDistance!, theirs.monai_assd, FLOAT32, `MONAI assd ${i}`);
    });
  });

  it('averages slices as the peers, saying how many were undefined', () => {
    const slices = compareSlices(pred, gt, { ...options, definition: 'pooled' });
    const all = summarizeComparisons(slices, { unit: 'slice', resamples: 50 });
    const theirs = c.values.aggregate;
    expect(slices.length).toBe(theirs.slices_with_gt);
    expectAnswer(all.dice!.mean, theirs.mean_dice_over_slices_with_gt, EXACT, 'dice');
    expectAnswer(all.hausdorff!.mean, theirs.mean_hd_over_slices_with_both, EXACT, 'hd');
    expectAnswer(all.hausdorff95!.mean, theirs.mean_hd95_over_slices_with_both, EXACT, 'hd95');
    expectAnswer(all.meanAbsoluteDistance!.mean, theirs.mean_assd_over_slices_with_both, EXACT, 'assd');
    expect(all.hausdorff!.count).toBe(theirs.slices_with_both);
    const missed = theirs.slices_gt_only ? { 'prediction empty': theirs.slices_gt_only } : {};
    expect(all.hausdorff!.undefinedByReason).toEqual(missed);
    expectAnswer(dice(pred, gt), theirs.volume_dice, EXACT, 'volume');
  });
});
