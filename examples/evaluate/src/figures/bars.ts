import type { TopLevelSpec } from 'vega-lite';
import { CLICK_COLOURS } from './draw.ts';
import { cutMiddle, LETTER, nameInLines, shownAs } from './names.ts';

/** One bar: a mean, and its interval where there is one. */
export interface Bar {
  readonly group: string;
  readonly clicks: number;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

export interface BarsOptions {
  readonly title: string;
  /** Order of the groups along the axis. */
  readonly groups: readonly string[];
  readonly clicks: readonly number[];
  /** 0 to 1 for scores; from 0 to what is needed where not given. */
  readonly domain?: readonly [number, number];
  /** A line across, such as what an automatic method reached. */
  readonly rule?: number;
}

const MOST_UPRIGHT = 6;
const MOST_LINES = 4;
/** Letters of a label that is drawn aslant, below its neighbours. */
const MOST_ASLANT = 30;

/** Grouped bars as in the paper's Figs. 4 to 7: a bar for each number of clicks, darker for fewer. */
export function barsFigure(bars: readonly Bar[], options: BarsOptions): TopLevelSpec {
  const { title, groups, clicks, domain, rule } = options;
  const labels = clicks.map(String);
  const width = Math.max(320, Math.min(900, groups.length * (clicks.length * 20 + 30)));
  const values = bars
    .filter(({ mean }) => Number.isFinite(mean))
    .map((bar) => ({ ...bar, clicks: String(bar.clicks) }));
  const x = {
    field: 'group',
    type: 'nominal' as const,
    sort: [...groups],
    title: null,
    axis: { labelLimit: 0, ...labelsOf(groups, width / groups.length) },
  };
  const xOffset = { field: 'clicks', sort: labels };
  const scale = domain ? { domain: [...domain] } : { zero: true };
  return {
    width,
    height: 260,
    data: { values },
    layer: [
      {
        mark: { type: 'bar', stroke: '#333', strokeWidth: 0.5 },
        encoding: {
          x,
          xOffset,
          y: { field: 'mean', type: 'quantitative', title, scale },
          color: {
            field: 'clicks',
            type: 'ordinal',
            sort: labels,
            title: 'clicks',
            legend: { orient: 'top', direction: 'horizontal', titleOrient: 'left' },
            scale: { domain: labels, range: labels.map((_, i) => colourAt(i, labels.length)) },
          },
        },
      },
      // Black on a white edge, so that it shows on the dark bars and on the light ones.
      ...[
        { color: '#fff', width: 3.4, cap: 8 },
        { color: '#000', width: 1.2, cap: 6 },
      ].flatMap(({ color, width, cap }) => interval({ x, xOffset }, { color, width, cap })),
      ...(rule !== undefined
        ? [
            {
              data: { values: [{ at: rule }] },
              mark: { type: 'rule' as const, strokeDash: [5, 4], color: '#000' },
              encoding: { y: { field: 'at', type: 'quantitative' as const } },
            },
          ]
        : []),
    ],
  } as TopLevelSpec;
}

/** Of the groups along the axis: a long name goes on in a second line rather than into its neighbour, and is cut where it fills more. */
function labelsOf(groups: readonly string[], width: number): { labelAngle: number; labelExpr: string } {
  if (groups.length > MOST_UPRIGHT)
    return { labelAngle: -25, labelExpr: shownAs(groups, (name) => cutMiddle(name, MOST_ASLANT)) };
  const most = Math.max(6, Math.floor(width / LETTER.axis) - 1);
  return { labelAngle: 0, labelExpr: shownAs(groups, (name) => nameInLines(name, most, MOST_LINES)) };
}

function interval(place: object, { color, width, cap }: { color: string; width: number; cap: number }) {
  const transform = [{ filter: 'isValid(datum.low)' }];
  const end = (field: string) => ({
    transform,
    mark: { type: 'tick', orient: 'horizontal', color, thickness: width, size: cap },
    encoding: { ...place, y: { field, type: 'quantitative' } },
  });
  return [
    {
      transform,
      mark: { type: 'rule', color, strokeWidth: width },
      encoding: { ...place, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
    },
    end('low'),
    end('high'),
  ];
}

/** Evenly along the scale, whatever the number of steps. */
function colourAt(i: number, n: number): string {
  return CLICK_COLOURS[n === 1 ? 0 : Math.round((i / (n - 1)) * (CLICK_COLOURS.length - 1))];
}
