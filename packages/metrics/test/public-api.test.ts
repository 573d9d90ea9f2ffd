import { expect, it } from 'vitest';
import * as metrics from '../src/index.ts';
import * as peers from '../src/peers.ts';

it('exports these names and no others', () => {
  expect(Object.keys(metrics).sort()).toMatchInlineSnapshot(`
    [
      "BOOTSTRAP_DEFAULTS",
      "BOUNDARY_IOU_DEFAULTS",
      "CLICKS_TO_TARGET_DEFAULTS",
      "COMPARE_DEFAULTS",
      "COMPARE_SLICES_DEFAULTS",
      "DISTANCE_METRICS",
      "HAUSDORFF_DEFAULTS",
      "MARKDOWN_DEFAULTS",
      "MEAN_DISTANCE_DEFAULTS",
      "METRICS",
      "OVERLAP_DEFAULTS",
      "OVERLAP_METRICS",
      "SOFT_DICE_DEFAULTS",
      "SURFACE_DEFAULTS",
      "SURFACE_DICE_DEFAULTS",
      "areaUnderCurve",
      "averageSurfaceDistance",
      "boundaryIou",
      "clickCurve",
      "clicksToTarget",
      "compareLabels",
      "compareMasks",
      "compareSlices",
      "counts",
      "dice",
      "hausdorff",
      "hausdorff95",
      "hausdorffPercentile",
      "jaccard",
      "masd",
      "meanAbsoluteDistance",
      "numberOfClicks",
      "pairedBootstrap",
      "precision",
      "recall",
      "setHausdorff",
      "softDice",
      "specificity",
      "summarize",
      "summarizeComparisons",
      "surfaceDice",
      "surfaceDistances",
      "toCsv",
      "toMarkdown",
      "toRows",
      "volumeSimilarity",
      "wilcoxon",
    ]
  `);
});

it('keeps the tools’ own answers in a subpath', () => {
  expect(Object.keys(peers).sort()).toEqual(['medpy', 'monai', 'peers', 'surfaceDistance']);
});
