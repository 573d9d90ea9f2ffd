import { diceTable, TEST_CLICKS } from './dice-table.ts';
import { type Chart, estimate, groupedBars, lines, type Observation, sizeOf } from './figures.ts';
import type { MeasuredStructure } from './measure.ts';
import type { StructureName } from './structure-names.ts';

/** Stands for the model of `--from` as it was, among networks that went on from it. */
export const BEFORE = 'before';

/** K of a network, or the model that all of them go on from. */
export type TrainClicks = number | typeof BEFORE;

/** One network of the grid and what it scored on its fold's patients. */
export interface Cell {
  readonly fold: number;
  readonly trainClicks: TrainClicks;
  readonly structures: readonly MeasuredStructure[];
}

/** One line of `grid.jsonl`: means over the structures of a fold (null where none is defined). */
export interface GridRow {
  readonly fold: number;
  readonly trainClicks: TrainClicks;
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
    series: seriesOf(cells).map(({ name, structures }) => ({
      name,
      values: TEST_CLICKS.map((clicks) => estimate(valuesOf(structures, metric, clicks))),
    })),
    most,
  });
  return {
    'grid-dice': groupedBars(chart('dice', 'Dice', 1)),
    'grid-hausdorff': groupedBars(chart('hausdorff', `Hausdorff distance, ${unit}`)),
    'grid-mad': groupedBars(chart('meanAbsoluteDistance', `Mean absolute distance, ${unit}`)),
    'dice-curve': lines(chart('dice', 'Dice', 1)),
  };
}

/** Dice over the structures of all folds: a Markdown table for every K, below its name. */
export function gridTables(cells: readonly Cell[], nameOf: StructureName): string {
  const tables = seriesOf(cells).map(
    ({ name, structures }) => `${name}\n\n${diceTable(structures, nameOf)}\n`,
  );
  return tables.join('\n');
}

/** What each K scored in all folds together. */
function seriesOf(
  cells: readonly Cell[],
): { readonly name: string; readonly structures: MeasuredStructure[] }[] {
  return [...new Set(cells.map(({ trainClicks }) => trainClicks))].map((trainClicks) => ({
    name: trainClicks === BEFORE ? BEFORE : `trained, K = ${trainClicks}`,
    structures: cells.filter((cell) => cell.trainClicks === trainClicks).flatMap((cell) => cell.structures),
  }));
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
