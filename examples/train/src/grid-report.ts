import { type Chart, estimate, groupedBars, lines, type Observation, sizeOf } from './figures.ts';
import type { MeasuredStructure } from './measure.ts';
import { TEST_CLICKS } from './measure-command.ts';

/** One network of the grid and what it scored on its fold's patients. */
export interface Cell {
  readonly fold: number;
  readonly trainClicks: number;
  readonly structures: readonly MeasuredStructure[];
}

/** One line of `grid.jsonl`: means over the structures of a fold (null where none is defined). */
export interface GridRow {
  readonly fold: number;
  readonly trainClicks: number;
  readonly testClicks: number;
  readonly structures: number;
  readonly dice: number | null;
  /** mm, or pixels where a case's spacing is not known */
  readonly hausdorff: number | null;
  readonly meanAbsoluteDistance: number | null;
  /** Structures whose mask was empty, which have no distance and are left out of those two means. */
  readonly undefinedDistances: number;
}

const METRICS = ['dice', 'hausdorff', 'meanAbsoluteDistance'] as const;
type Metric = (typeof METRICS)[number];

export function gridRows(cells: readonly Cell[]): GridRow[] {
  return cells.flatMap(({ fold, trainClicks, structures }) =>
    TEST_CLICKS.map((testClicks) => {
      const mean = (metric: Metric) => estimate(valuesOf(structures, metric, testClicks))?.mean ?? null;
      return {
        fold,
        trainClicks,
        testClicks,
        structures: structures.length,
        dice: mean('dice'),
        hausdorff: mean('hausdorff'),
        meanAbsoluteDistance: mean('meanAbsoluteDistance'),
        undefinedDistances: structures.length - valuesOf(structures, 'hausdorff', testClicks).length,
      };
    }),
  );
}

/**
 * The paper's Figs. 4 to 6 over the structures of all folds, and Dice over test clicks as lines, as SVG by name.
 * @param unit - of the distances
 */
export function gridFigures(cells: readonly Cell[], unit: string): Record<string, string> {
  const folds = new Set(cells.map(({ fold }) => fold)).size;
  const one = cells.filter(({ trainClicks }) => trainClicks === cells[0].trainClicks);
  const of = `${folds} ${folds === 1 ? 'fold' : 'folds'}, ${sizeOf(one.flatMap(({ structures }) => structures))}`;
  const chart = (metric: Metric, title: string, most?: number): Chart => ({
    title: `${title} (${of})`,
    xLabel: 'test clicks',
    groups: TEST_CLICKS.map(String),
    series: [...new Set(cells.map(({ trainClicks }) => trainClicks))].map((trainClicks) => {
      const all = cells.filter((cell) => cell.trainClicks === trainClicks).flatMap((cell) => cell.structures);
      const values = TEST_CLICKS.map((clicks) => estimate(valuesOf(all, metric, clicks)));
      return { name: `trained, K = ${trainClicks}`, values };
    }),
    most,
  });
  return {
    'grid-dice': groupedBars(chart('dice', 'Dice', 1)),
    'grid-hausdorff': groupedBars(chart('hausdorff', `Hausdorff distance, ${unit}`)),
    'grid-mad': groupedBars(chart('meanAbsoluteDistance', `Mean absolute distance, ${unit}`)),
    'dice-curve': lines(chart('dice', 'Dice', 1)),
  };
}

/** A metric of all structures after a number of clicks, without those where it is not defined. */
function valuesOf(structures: readonly MeasuredStructure[], metric: Metric, clicks: number): Observation[] {
  // Dice is kept for every click, distances only for those of the paper.
  const at = metric === 'dice' ? clicks - 1 : TEST_CLICKS.indexOf(clicks as (typeof TEST_CLICKS)[number]);
  return structures.flatMap((s) => {
    const value = s[metric]?.[at];
    return value === null || value === undefined ? [] : [{ value, patient: s.patient }];
  });
}
