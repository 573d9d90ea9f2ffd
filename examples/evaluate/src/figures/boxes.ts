import type { TopLevelSpec } from 'vega-lite';
import { cutMiddle, shownAs } from './names.ts';

/** A box: quartiles, whiskers within 1.5 interquartile ranges of it, and what lies beyond. */
export interface Box {
  /** Names its row; after a tab, what the axis says. */
  readonly row: string;
  readonly median: number;
  /** Of too few values there is none: all of them are then among the points. */
  readonly quartiles?: {
    readonly low: number;
    readonly q1: number;
    readonly q3: number;
    readonly high: number;
  };
  readonly points: readonly number[];
}

/** Boxes of one measure along one axis. */
export interface BoxPanel {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly domain?: readonly [number, number];
  /** Draws a line at 0. */
  readonly zero?: boolean;
}

/**
 * Horizontal box plots, a row a structure and a panel a measure (Fig. 8).
 * @param rows - all of them from top to bottom, those that only head others too: their two halves are alike
 */
export function boxesFigure(panels: readonly BoxPanel[], rows: readonly string[]): TopLevelSpec {
  const width = panels.length > 1 ? 285 : 460;
  return {
    spacing: 16,
    hconcat: panels.map((panel, i) => boxPanel(panel, { rows, width, labelled: i === 0 })),
  } as unknown as TopLevelSpec;
}

/** The row's second half, or all of it where there is none. */
const labelOf = (row: string): string => cutMiddle(row.split('\t')[1] ?? row, MOST_LETTERS);
const MOST_LETTERS = 60;
const HEADS = "split(datum.label, '\\t')[0] === split(datum.label, '\\t')[1]";

function boxPanel(
  { title, boxes, domain, zero }: BoxPanel,
  { rows, width, labelled }: { rows: readonly string[]; width: number; labelled: boolean },
) {
  const y = {
    field: 'row',
    type: 'nominal',
    sort: [...rows],
    scale: { domain: [...rows] },
    title: null,
    axis: labelled
      ? {
          labelLimit: 0,
          labelExpr: shownAs(rows, labelOf),
          ticks: false,
          domain: false,
          labelFontWeight: { condition: { test: HEADS, value: 'bold' }, value: 'normal' },
        }
      : { labels: false, ticks: false, domain: false },
  };
  const scale = domain ? { domain: [...domain] } : { zero: true };
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title,
    scale,
    axis: { tickCount: 6 },
  });
  const points = boxes.flatMap(({ row, points: beyond }) => beyond.map((value) => ({ row, value })));
  const whole = boxes.flatMap(({ row, quartiles }) => (quartiles ? [{ row, ...quartiles }] : []));
  return {
    width,
    height: { step: 15 },
    data: { values: whole },
    layer: [
      ...(zero
        ? [{ mark: { type: 'rule', color: '#000', strokeWidth: 0.8 }, encoding: { x: { datum: 0 } } }]
        : []),
      { mark: { type: 'rule', color: '#333' }, encoding: { y, x: x('low'), x2: { field: 'high' } } },
      {
        mark: { type: 'bar', size: 9, color: '#56b4e9', stroke: '#333', strokeWidth: 0.7 },
        encoding: { y, x: x('q1'), x2: { field: 'q3' } },
      },
      {
        data: { values: points },
        mark: { type: 'point', shape: 'circle', size: 9, color: '#333', strokeWidth: 0.7, opacity: 0.6 },
        encoding: { y, x: x('value') },
      },
      {
        data: { values: boxes.map(({ row, median }) => ({ row, median })) },
        mark: { type: 'tick', size: 10, thickness: 2.2, color: '#000' },
        encoding: { y, x: x('median') },
      },
    ],
  };
}
