import type { TopLevelSpec } from 'vega-lite';

/** A box: quartiles, whiskers within 1.5 interquartile ranges of it, and what lies beyond. */
export interface Box {
  readonly row: string;
  readonly low: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly high: number;
  readonly outliers: readonly number[];
}

/** Horizontal box plots, a row a structure (Fig. 8). */
export function boxesFigure(
  boxes: readonly Box[],
  options: {
    readonly title: string;
    readonly domain?: readonly [number, number];
    /** Draws a line at 0. */
    readonly zero?: boolean;
  },
): TopLevelSpec {
  const rows = boxes.map((b) => b.row);
  const y = { field: 'row', type: 'nominal', sort: rows, title: null, axis: { labelLimit: 400 } };
  const scale = options.domain ? { domain: [...options.domain] } : { zero: true };
  const x = (field: string) => ({ field, type: 'quantitative', title: options.title, scale });
  const outliers = boxes.flatMap(({ row, outliers: beyond }) => beyond.map((value) => ({ row, value })));
  return {
    width: 460,
    height: { step: 17 },
    data: { values: boxes.map(({ outliers: _, ...box }) => box) },
    layer: [
      ...(options.zero
        ? [{ mark: { type: 'rule', color: '#000', strokeWidth: 0.8 }, encoding: { x: { datum: 0 } } }]
        : []),
      { mark: { type: 'rule', color: '#333' }, encoding: { y, x: x('low'), x2: { field: 'high' } } },
      {
        mark: { type: 'bar', size: 11, color: '#56b4e9', stroke: '#333', strokeWidth: 0.7 },
        encoding: { y, x: x('q1'), x2: { field: 'q3' } },
      },
      { mark: { type: 'tick', size: 11, thickness: 2.2, color: '#000' }, encoding: { y, x: x('median') } },
      {
        data: { values: outliers },
        mark: { type: 'point', shape: 'circle', size: 9, color: '#333', strokeWidth: 0.6, opacity: 0.6 },
        encoding: { y, x: x('value') },
      },
    ],
  } as unknown as TopLevelSpec;
}
