import type { TopLevelSpec } from 'vega-lite';
import { METHOD_COLOURS, METHOD_DASHES } from './draw.ts';
import { cutMiddle, LETTER, shownAs } from './names.ts';

/** A point of a curve, with the band's edges where there are any. */
export interface CurvePoint {
  readonly panel: string;
  readonly method: string;
  readonly clicks: number;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

const MOST_COLUMNS = 5;
/** Between panels, with an axis in it. */
const GAP = 40;
/** Of a legend's entry beside its words: its line, and what is between entries. */
const ENTRY = 50;

/** Names stand in full: where they are too many or too long for one line, in columns. */
function legendColumns(methods: readonly string[], width: number): { columns?: number } {
  const entry = ENTRY + LETTER.legend * Math.max(...methods.map((name) => name.length));
  const columns = Math.max(1, Math.floor(width / entry));
  return columns < methods.length ? { columns } : {};
}

/** Score against clicks: a line a method, its band the interval over patients; a panel a data set. */
export function curvesFigure(
  points: readonly CurvePoint[],
  options: {
    readonly title: string;
    readonly panels: readonly string[];
    readonly methods: readonly string[];
    readonly domain?: readonly [number, number];
    /** Numbers of clicks that the axis names; some of them where not given. */
    readonly ticks?: readonly number[];
    /** Draws a line at 0 and keeps it in view. */
    readonly zero?: boolean;
  },
): TopLevelSpec {
  const { title, panels, methods, domain, ticks, zero = false } = options;
  const most = Math.max(...points.map(({ clicks }) => clicks));
  const x = {
    field: 'clicks',
    type: 'quantitative',
    title: 'clicks',
    axis: { values: ticks?.length ? [...ticks] : undefined, tickCount: Math.min(most, 8), format: 'd' },
    scale: { domain: [Math.min(1, most - 1), most] },
  };
  const scale = {
    domain: [...methods],
    range: methods.map((_, i) => METHOD_COLOURS[i % METHOD_COLOURS.length]),
  };
  // As few rows as fit the page, filled evenly.
  const columns = Math.ceil(panels.length / Math.ceil(panels.length / MOST_COLUMNS));
  const width = panels.length === 1 ? 420 : 195;
  const legend = {
    orient: 'top',
    symbolType: 'stroke',
    symbolSize: 500,
    symbolOpacity: 1,
    labelLimit: 0,
    ...legendColumns(methods, columns * (width + GAP)),
  };
  const color = { field: 'method', type: 'nominal', title: null, scale, legend };
  const dashes = {
    domain: [...methods],
    range: methods.map((_, i) => METHOD_DASHES[i % METHOD_DASHES.length]),
  };
  const y = { type: 'quantitative', title, scale: domain ? { domain: [...domain] } : { zero } };
  return {
    data: { values: points.filter(({ mean }) => Number.isFinite(mean)) },
    facet: {
      field: 'panel',
      type: 'nominal',
      sort: [...panels],
      title: null,
      header: { labelExpr: shownAs(panels, (name) => cutMiddle(name, Math.floor(width / LETTER.title))) },
    },
    // Panels of the last row have their own axis where a column ends above it.
    resolve: { axis: { x: 'independent' } },
    columns,
    spec: {
      width,
      height: panels.length === 1 ? 280 : 170,
      layer: [
        ...(zero
          ? [{ mark: { type: 'rule', color: '#000', strokeWidth: 0.8 }, encoding: { y: { datum: 0 } } }]
          : []),
        {
          transform: [{ filter: 'isValid(datum.low)' }],
          mark: { type: 'area', opacity: 0.18 },
          encoding: {
            x,
            y: { ...y, field: 'low' },
            y2: { field: 'high' },
            color,
          },
        },
        {
          mark: { type: 'line', strokeWidth: 1.8, point: false },
          encoding: {
            x,
            y: { ...y, field: 'mean' },
            color,
            strokeDash: {
              field: 'method',
              type: 'nominal',
              scale: dashes,
              title: null,
              legend,
            },
          },
        },
      ],
    },
  } as unknown as TopLevelSpec;
}
