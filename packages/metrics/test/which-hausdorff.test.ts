import { readFileSync } from 'node:fs';
import { loadGolden } from '@clickseg/golden';
import { expect, it } from 'vitest';
import {
  averageSurfaceDistance,
  hausdorff,
  hausdorff95,
  masd,
  meanAbsoluteDistance,
  setHausdorff,
  surfaceDice,
  surfaceDistances,
} from '../src/index.ts';
import { drawPair, interpolated, stepped } from './which-hausdorff.draw.ts';

// The pair is golden case m18, so that every number on the page is some peer's own answer.
const { arrays, values } = loadGolden('metrics').find((c) => c.id === 'm18_outlier_pixel')!;
const d = surfaceDistances(arrays.pred, arrays.gt);
const page = readFileSync(new URL('../../../docs/which-hausdorff.md', import.meta.url), 'utf8');
const { medpy, monai, surface_distance: google, set_hd: set } = values;

/** What the page calls a number, what a peer answered, to how many decimals it goes on the page, and ours. */
const ROWS: [string, number, number][] = [
  ['`hausdorff(pred, gt)`', medpy.hd_c1, hausdorff(d)],
  [
    "`hausdorff(pred, gt, { direction: 'pred-to-gt' })`",
    monai.hd_directed_pred_to_gt,
    hausdorff(d, { direction: 'pred-to-gt' }),
  ],
  [
    "`hausdorff95(pred, gt, { definition: 'pooled' })`",
    medpy.hd95_c1,
    hausdorff95(d, { definition: 'pooled' }),
  ],
  [
    "`hausdorff95(pred, gt, { definition: 'max-directed' })`",
    monai.hd95,
    hausdorff95(d, { definition: 'max-directed' }),
  ],
  [
    "`hausdorff95(pred, gt, { definition: 'surface-weighted' })`",
    google.robust_hd_95,
    hausdorff95(d, { definition: 'surface-weighted' }),
  ],
  ['`setHausdorff(pred, gt)`', set.skimage_hd_unit, setHausdorff(arrays.pred, arrays.gt)],
  [
    "`hausdorff(pred, gt, { metric: 'chessboard' })`",
    monai.hd_chessboard_unit,
    hausdorff(arrays.pred, arrays.gt, { metric: 'chessboard' }),
  ],
  [
    "`hausdorff(pred, gt, { metric: 'city-block' })`",
    monai.hd_taxicab_unit,
    hausdorff(arrays.pred, arrays.gt, { metric: 'city-block' }),
  ],
  ['`meanAbsoluteDistance(pred, gt)`', medpy.assd_c1, meanAbsoluteDistance(d)],
  ['`masd(pred, gt)`', (medpy.asd_pred_to_gt_c1 + medpy.asd_gt_to_pred_c1) / 2, masd(d)],
  ['`averageSurfaceDistance(pred, gt)`', medpy.asd_pred_to_gt_c1, averageSurfaceDistance(d)],
  [
    "`averageSurfaceDistance(pred, gt, { surface: 'elements' })`",
    google.asd_pred_to_gt,
    averageSurfaceDistance(d, { surface: 'elements' }),
  ],
  [
    "`surfaceDice(pred, gt, { surface: 'pixels' })`",
    monai.nsd_edge_pixels['1'],
    surfaceDice(d, { surface: 'pixels' }),
  ],
  ['`surfaceDice(pred, gt)`', google.nsd['1'], surfaceDice(d)],
];

it.each(ROWS)("the page gives the peer's number for %s, and so do we", (call, theirs, ours) => {
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-5 * theirs);
  const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`| ${call} |`));
  expect(row, call).toContain(`| ${theirs.toFixed(2)} |`);
});

it('the page has no row that nobody tests', () => {
  const rows = page.split('\n').filter((line) => /^\|.*\| `\w+\(pred/.test(line));
  expect(rows).toHaveLength(ROWS.length);
});

it('the figure is drawn from what the package answers (npm run figure)', async () => {
  const chart = (title: string, whose: string, value: number, curve: ReturnType<typeof interpolated>) => ({
    title,
    whose,
    value,
    curve,
  });
  const both = Float64Array.of(...d.pixels.predToGt, ...d.pixels.gtToPred);
  const { predToGt, predWeights } = d.elements;
  const svg = drawPair(arrays.gt.data, arrays.pred.data, 20, d, [
    chart('pooled', 'MedPy: both directions in one list', medpy.hd95_c1, interpolated(both)),
    chart('max-directed', 'MONAI: the worse direction', monai.hd95, interpolated(d.pixels.predToGt)),
    chart(
      'surface-weighted',
      'surface-distance: by length',
      google.robust_hd_95,
      stepped(predToGt, predWeights),
    ),
  ]);
  await expect(svg).toMatchFileSnapshot('../../../docs/figures/which-hausdorff.svg');
});
