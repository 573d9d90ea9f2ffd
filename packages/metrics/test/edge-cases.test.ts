import { readFileSync } from 'node:fs';
import { loadGolden } from '@clickseg/golden';
import { describe, expect, it } from 'vitest';
import {
  dice,
  hausdorff,
  hausdorff95,
  meanAbsoluteDistance,
  surfaceDice,
  surfaceDistances,
} from '../src/index.ts';

// docs/empty-and-other-edges.md: what it says of the peers is what the peers answered, and what it says of
// this package is what the package answers.

const CASES = {
  m10_both_empty: 'both empty',
  m11_pred_empty: 'prediction empty',
  m12_gt_empty: 'reference empty',
  m27_3d_pred_empty: 'prediction empty, 3-D',
  m13_both_full: 'both fill the image',
  m14_full_vs_organ: 'one fills the image',
  m09_same_single_pixel: 'the same single pixel',
  m08_single_pixels: 'two single pixels, 2 x 0.25 mm',
  m15_touching_border: 'touching the frame',
  m03_organ_hole: 'a hole in one',
} as const;

const golden = new Map(loadGolden('metrics').map((c) => [c.id, c]));
const page = readFileSync(new URL('../../../docs/empty-and-other-edges.md', import.meta.url), 'utf8');

type Answer = number | string | { error: string };

/** As the page writes an answer: two decimals, NaN and infinity by name, an exception as "raises". */
function show(answer: Answer): string {
  if (typeof answer === 'object') return 'raises';
  const value = Number(answer);
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? value.toFixed(2) : '∞';
}

const thrown = (work: () => number): Answer => {
  try {
    return work();
  } catch (error) {
    return { error: String(error) };
  }
};

describe.each(Object.entries(CASES))('%s', (id, name) => {
  const { arrays, params, values } = golden.get(id)!;
  const { pred, gt } = arrays;
  const { spacing } = params;
  const { medpy, monai, surface_distance: google } = values;
  const cellsOf = (table: string) => {
    const row = page
      .slice(page.indexOf(`## ${table}`))
      .split('\n')
      .find((line) => line.startsWith(`| ${name} |`));
    return row
      ?.split('|')
      .slice(2, -1)
      .map((cell) => cell.trim());
  };

  it('the peers answered as the page says', () => {
    expect(cellsOf('What the peers answer')).toEqual(
      [
        medpy.dice,
        monai.dice_ignore_empty,
        google.dice,
        medpy.hd_c1,
        monai.hd,
        google.robust_hd_100,
        medpy.hd95_c1,
        monai.hd95,
        google.robust_hd_95,
        medpy.assd_c1,
        monai.assd,
        google.nsd['1'],
      ].map(show),
    );
  });

  it('we answer as the page says', () => {
    const ours = (['nan', 'infinity', 'throw', { penalty: 99 }] as const).map((empty) => {
      const options = { spacing, empty };
      const d = surfaceDistances(pred, gt, { spacing });
      return [
        thrown(() => dice(pred, gt, { empty })),
        thrown(() => hausdorff(pred, gt, options)),
        thrown(() => hausdorff95(d, { definition: 'pooled', empty })),
        thrown(() => hausdorff95(d, { definition: 'max-directed', empty })),
        thrown(() => hausdorff95(d, { definition: 'surface-weighted', empty })),
        thrown(() => meanAbsoluteDistance(d, { empty })),
        thrown(() => surfaceDice(d, { empty })),
      ].map(show);
    });
    // Where the policy makes no difference the page gives one answer, else one for each policy.
    const cells = ours[0].map((first, k) => {
      const all = ours.map((row) => row[k]);
      return all.every((v) => v === first) ? first : all.join(' / ');
    });
    expect(cellsOf('What this package answers')).toEqual(cells);
  });
});
