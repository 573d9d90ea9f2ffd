import { type Bar, barsFigure } from '../figures/bars.ts';
import { boxesFigure } from '../figures/boxes.ts';
import { type CurvePoint, curvesFigure } from '../figures/curves.ts';
import { drawFigure } from '../figures/draw.ts';
import type { Estimate } from '../tally/estimate.ts';
import type { Measure } from '../tally/measures.ts';
import { boxesOf } from './box-values.ts';
import { PAPER } from './paper.ts';
import { groupsOf, type TableContext } from './tables.ts';

/** A figure of the report: its file is `name`.svg. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly svg: string;
}

const SCORE = [0, 1] as const;
const RED = 'Red lines: 95 % interval from drawing patients.';

/** Every figure of the report, in its order. */
export async function makeFigures(context: TableContext): Promise<Figure[]> {
  const figures = [
    await grouped(context, 4, 'dice', 'Dice'),
    await grouped(context, 5, 'hausdorff', 'Hausdorff distance, mm'),
    await grouped(context, 6, 'meanDistance', 'mean absolute distance, mm'),
    await unseen(context),
    ...(await boxes(context)),
    await curves(context),
  ];
  return figures.filter((figure) => figure !== undefined);
}

async function grouped(
  { tally, measures, methods }: TableContext,
  number: number,
  measure: Measure,
  title: string,
) {
  const bars = methods.flatMap((method) =>
    tally.clicks.map((clicks) => bar(method, clicks, measures.of(measure, clicks, { method }))),
  );
  const domain = measure === 'dice' ? SCORE : undefined;
  return {
    name: `fig-${number}-${measure}`,
    title: `Fig. ${number}. By method and number of clicks: ${title}`,
    caption: `Mean over all structures on slices, a bar for each number of clicks. ${RED} The paper groups its bars by the clicks made in training; here a group is a model or a baseline, so that models trained with 1, 2, 5, ... clicks stand side by side when all of them are evaluated.`,
    svg: await drawFigure(barsFigure(bars, { title, groups: methods, clicks: tally.clicks, domain })),
  };
}

async function unseen({ tally, measures, methods, roles }: TableContext): Promise<Figure | undefined> {
  if (roles.unseen.length === 0) return undefined;
  const [method] = methods;
  const { name, dice, automatic } = PAPER.unseen;
  const paper = `${name} (paper)`;
  const bars = [
    ...PAPER.clicks.map((clicks, i) => ({ group: paper, clicks, mean: dice[i] })),
    ...roles.unseen.flatMap((group) =>
      tally.clicks.map((clicks) => bar(group, clicks, measures.of('dice', clicks, { method, group }))),
    ),
  ].filter(({ clicks }) => tally.clicks.includes(clicks));
  return {
    name: 'fig-7-unseen',
    title: 'Fig. 7. Dice of structures not seen in training, by clicks',
    caption: `${method}. ${RED} The dashed line is what the best automatic method, trained for it, reached on ${name} (${automatic}).`,
    svg: await drawFigure(
      barsFigure(bars, {
        title: 'Dice',
        groups: [paper, ...roles.unseen],
        clicks: tally.clicks,
        domain: SCORE,
        rule: automatic,
      }),
    ),
  };
}

async function boxes({ tally, methods }: TableContext): Promise<Figure[]> {
  const [method] = methods;
  const n = tally.tableClicks;
  const kinds = [
    ['dice', 'Dice', SCORE],
    ['hausdorff', 'Hausdorff distance, mm', undefined],
    ['meanDistance', 'mean absolute distance, mm', undefined],
  ] as const;
  const figures: Figure[] = [];
  for (const [measure, title, domain] of kinds) {
    const { boxes: found, left } = boxesOf(tally, method, measure);
    if (found.length === 0) continue;
    figures.push({
      name: `fig-8-${measure}`,
      title: `Fig. 8. Each structure after ${n} clicks: ${title}`,
      caption: `${method}. Box: quartiles; line: median; whiskers: the furthest value within 1.5 interquartile ranges of the box; circles: what lies beyond (at most 100 a row, spread evenly).${left > 0 ? ` Structures on the most slices; ${left} more are in Table IV.` : ''}`,
      svg: await drawFigure(boxesFigure(found, { title, domain })),
    });
  }
  return figures;
}

async function curves({ tally, measures, methods }: TableContext): Promise<Figure> {
  const groups = groupsOf(tally);
  const most = tally.clicks[tally.clicks.length - 1];
  const panels = groups.length > 1 ? ['all', ...groups] : groups;
  const points: CurvePoint[] = panels.flatMap((panel) =>
    methods.flatMap((method) =>
      Array.from({ length: most }, (_, i) => {
        const where = panel === 'all' ? { method } : { method, group: panel };
        const { mean, low, high } = measures.of('dice', i + 1, where);
        return { panel, method, clicks: i + 1, mean, low, high };
      }),
    ),
  );
  return {
    name: 'curves-dice',
    title: 'Dice against clicks',
    caption:
      'Mean over structures on slices; band: 95 % interval from drawing patients, none where there is a single patient.',
    svg: await drawFigure(curvesFigure(points, { title: 'Dice', panels, methods, domain: SCORE })),
  };
}

const bar = (group: string, clicks: number, { mean, low, high }: Estimate): Bar => ({
  group,
  clicks,
  mean,
  low,
  high,
});
