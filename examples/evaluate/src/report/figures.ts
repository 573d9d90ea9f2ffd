import { type Bar, barsFigure } from '../figures/bars.ts';
import { boxesFigure } from '../figures/boxes.ts';
import { type CurvePoint, curvesFigure } from '../figures/curves.ts';
import { drawFigure } from '../figures/draw.ts';
import type { Estimate } from '../tally/estimate.ts';
import type { Measure } from '../tally/measures.ts';
import { boxesOf, boxRows } from './box-values.ts';
import { countsOf, countText, unevenWords } from './counts.ts';
import { footOf, pixelWords, pooledWords } from './facts.ts';
import { panelsOf } from './panels.ts';
import { PAPER } from './paper.ts';
import { groupsOf, INTERVAL_DRAWN, type TableContext } from './table-context.ts';

/** A figure of the report: its file is `name`.svg. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly svg: string;
}

const SCORE = [0, 1] as const;
const LINES = `Black lines: ${INTERVAL_DRAWN}.`;

/** Every figure of the report, in its order. */
export async function makeFigures(context: TableContext): Promise<Figure[]> {
  const figures = [
    await curves(context),
    await grouped(context, 4, 'dice', 'Dice'),
    await grouped(context, 5, 'hausdorff', 'Hausdorff distance (mm)'),
    await grouped(context, 6, 'meanDistance', 'mean absolute distance (mm)'),
    await unseen(context),
    await boxes(context),
  ];
  return figures.filter((figure) => figure !== undefined);
}

async function grouped(
  { tally, measures, methods }: TableContext,
  number: number,
  measure: Measure,
  title: string,
) {
  const found = methods.flatMap((method) =>
    tally.clicks.map((clicks) => ({ method, clicks, estimate: measures.of(measure, clicks, { method }) })),
  );
  const bars = found.map(({ method, clicks, estimate }) => bar(method, clicks, estimate));
  const undefinedCount = found.reduce((sum, { estimate }) => sum + estimate.undefinedCount, 0);
  const domain = measure === 'dice' ? SCORE : undefined;
  const figure = barsFigure(bars, { title, groups: methods, clicks: tally.clicks, domain });
  return {
    name: `fig-${number}-${measure}`,
    title: `Fig. ${number}. ${title[0].toUpperCase()}${title.slice(1)} by method and clicks`,
    caption:
      measure === 'dice'
        ? `Mean over all structures on slices, a bar for each number of clicks. ${LINES} The paper groups its bars by the clicks made in training; here a group is a model or a baseline.${unevenWords(tally)}`
        : `As Fig. 4; lower is better.${undefinedCount > 0 ? ` ${undefinedCount} distances to empty answers are undefined and in no mean.` : ''}${pooledWords(tally)}${unevenWords(tally)}`,
    svg: await drawFigure(figure, footOf(tally)),
  };
}

async function unseen({ tally, measures, methods, roles }: TableContext): Promise<Figure | undefined> {
  if (roles.unseen.length === 0) return undefined;
  const [method] = methods;
  const { name, dice, automatic } = PAPER.unseen;
  const paper = `${name}, paper`;
  const bars = [
    ...PAPER.clicks.map((clicks, i) => ({ group: paper, clicks, mean: dice[i] })),
    ...roles.unseen.flatMap((group) =>
      tally.clicks.map((clicks) => bar(group, clicks, measures.of('dice', clicks, { method, group }))),
    ),
  ].filter(({ clicks }) => tally.clicks.includes(clicks));
  const options = {
    title: 'Dice',
    groups: [paper, ...roles.unseen],
    clicks: tally.clicks,
    domain: SCORE,
    rule: automatic,
  };
  return {
    name: 'fig-7-unseen',
    title: 'Fig. 7. Dice of structures not seen in training',
    caption: `${method}. ${LINES} There is none for the paper. Dashed: the best automatic method, trained for it, on ${name} (${automatic}).`,
    svg: await drawFigure(barsFigure(bars, options), footOf(tally)),
  };
}

async function boxes({ tally, methods }: TableContext): Promise<Figure | undefined> {
  const [method] = methods;
  const n = tally.tableClicks;
  const { rows, left } = boxRows(tally, method);
  const panels = (
    [
      ['dice', 'Dice', SCORE],
      ['hausdorff', 'Hausdorff distance (mm)', undefined],
      ['meanDistance', 'mean absolute distance (mm)', undefined],
    ] as const
  ).map(([measure, title, domain]) => ({ title, domain, boxes: boxesOf(tally, method, measure, rows) }));
  if (panels.every((panel) => panel.boxes.length === 0)) return undefined;
  return {
    name: 'fig-8-structures',
    title: `Fig. 8. Each structure after ${n} clicks`,
    caption: `${method}; in brackets the slices. Box: quartiles; black bar: median; whiskers: the furthest value within 1.5 interquartile ranges of the box; circles: what lies beyond (at most 100 a row, spread evenly), and every value where there are fewer than five.${left > 0 ? ` The structures on the most slices; ${left} more are in Table IV.` : ''}${pixelWords(tally.header)}`,
    svg: await drawFigure(boxesFigure(panels, rows), footOf(tally)),
  };
}

async function curves({ tally, measures, methods }: TableContext): Promise<Figure> {
  const groups = groupsOf(tally);
  const most = tally.clicks[tally.clicks.length - 1];
  const panels = panelsOf(groups).map(({ group, name }) => ({
    group,
    title: `${name} (${countText(countsOf(tally, group))})`,
  }));
  const points: CurvePoint[] = panels.flatMap(({ group, title }) =>
    methods.flatMap((method) =>
      Array.from({ length: most }, (_, i) => {
        const { mean, low, high } = measures.of('dice', i + 1, selection(method, group));
        return { panel: title, method, clicks: i + 1, mean, low, high };
      }),
    ),
  );
  const options = {
    title: 'Dice',
    panels: panels.map(({ title }) => title),
    methods,
    domain: SCORE,
    ticks: tally.clicks,
  };
  return {
    name: 'curves-dice',
    title: 'Dice against clicks',
    caption: `Mean over structures on slices, whose number is in brackets; band: ${INTERVAL_DRAWN}.${unevenWords(tally)}`,
    svg: await drawFigure(curvesFigure(points, options), footOf(tally)),
  };
}

const selection = (method: string, group: string | undefined) =>
  group === undefined ? { method } : { method, group };

const bar = (group: string, clicks: number, { mean, low, high }: Estimate): Bar => ({
  group,
  clicks,
  mean,
  low,
  high,
});
