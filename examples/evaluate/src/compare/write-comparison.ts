import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boxesFigure } from '../figures/boxes.ts';
import { type CurvePoint, curvesFigure } from '../figures/curves.ts';
import { drawFigure } from '../figures/draw.ts';
import { boxOf } from '../report/box-values.ts';
import { apartWords, footOf, pixelWords } from '../report/facts.ts';
import { escapeHtml, factsHtml, page, tableHtml } from '../report/html.ts';
import { type Panel, panelsOf } from '../report/panels.ts';
import { type Table, tableCsv, tableMarkdown } from '../report/table.ts';
import { INTERVAL_DRAWN, INTERVAL_WORDS } from '../report/table-context.ts';
import { makeFolder } from '../run/make-folder.ts';
import { patientDraws } from '../tally/estimate.ts';
import { apartFrom } from '../tally/pixel-groups.ts';
import { differenceOf, type Missed } from './differences.ts';
import type { Pairs } from './pairs.ts';

const MEASURES = [
  ['dice', 'Dice', 3],
  ['hausdorff', 'HD, mm', 2],
  ['meanDistance', 'MAD, mm', 3],
] as const;

/** Writes `comparison.html`, `comparison.md`, `comparison.csv` and two figures; the same bytes for the same records. */
export async function writeComparison(folder: string, found: Pairs): Promise<void> {
  const groups = [...new Set(found.pairs.map(({ group }) => group))].sort();
  const panels = panelsOf(groups);
  const table = comparisonTable(found, panels);
  const figures = await drawDifferences(found, panels);
  const [a, b] = found.names;
  const title = `${a} against ${b}`;
  const facts = [
    ['A', `${a}, run ${found.headers[0].run.slice(0, 16)}`],
    ['B', `${b}, run ${found.headers[1].run.slice(0, 16)}`],
    ['structures on slices', `${found.pairs.length} in both, ${found.unpaired} in one only and left out`],
    ...unfinishedWords(found).map((words) => ['not finished', words] as const),
  ] as const;
  await makeFolder(folder, 'compare: --out');
  await Promise.all([
    ...figures.map(({ name, svg }) => writeFile(join(folder, `${name}.svg`), `${svg}\n`)),
    writeFile(join(folder, 'comparison.csv'), tableCsv(table)),
    writeFile(
      join(folder, 'comparison.md'),
      [
        `# ${title}\n`,
        ...facts.map(([name, value]) => `- ${name}: ${value}`),
        '',
        tableMarkdown(table),
        ...figures.map((f) => `![${f.caption}](${f.name}.svg)\n\n${f.caption}\n`),
      ].join('\n'),
    ),
    writeFile(
      join(folder, 'comparison.html'),
      page(title, [
        factsHtml(facts),
        ...figures.map((f) => `<figure>${f.svg}<figcaption>${escapeHtml(f.caption)}</figcaption></figure>`),
        tableHtml(table),
      ]),
    ),
  ]);
}

/** Of a side that is not whole, how much of it is missing. */
export const unfinishedWords = ({ unfinished }: Pairs): string[] =>
  unfinished.flatMap(({ missing, of }, side) =>
    missing > 0 ? [`${'AB'[side]}: ${missing} of ${of} parts of the run are not finished`] : [],
  );

/** Of the first side's run, which the intervals are drawn with. */
const seedOf = ({ headers: [header] }: Pairs) => header.about.settings['seed'] as number;

/** What both sides are of, under the figures: in two lines where the runs are two. */
function footOfBoth({ headers: [a, b] }: Pairs): readonly string[] {
  const [first, second] = [footOf({ header: a }), footOf({ header: b })];
  return a.run === b.run ? [first] : [`A: ${first}`, `B: ${second}`];
}

const inPanel = ({ pairs }: Pairs, { group }: Panel) =>
  group === undefined ? pairs : pairs.filter((pair) => pair.group === group);

/** Groups whose distances are in pixels where others' are in mm. */
const apartOf = ({ pairs, headers }: Pairs): ReadonlySet<string> =>
  new Set(apartFrom([...new Set(pairs.map(({ group }) => group))], headers));

/** As a report's: which distances are in pixels, and what is not in the means over all groups. */
function pooledWords(found: Pairs): string {
  const apart = apartOf(found);
  const structures = found.pairs.filter(({ group }) => apart.has(group)).length;
  const words = apart.size > 0 ? apartWords('HD and MAD', String(structures)) : '';
  return `${pixelWords(...found.headers)}${words}`;
}

/** `A 16, B 0`, or nothing where both sides define everything. */
const missedText = ({ a, b, both }: Missed): string =>
  a + b + both === 0 ? '' : `A ${a}, B ${b}${both > 0 ? `, both ${both}` : ''}`;

function comparisonTable(found: Pairs, panels: readonly Panel[]): Table {
  const draws = patientDraws(seedOf(found));
  const apart = apartOf(found);
  const { names, clicks } = found;
  return {
    name: 'comparison',
    title: 'Differences',
    note: `A - B: mean over the structures on slices that both sides define, with ${INTERVAL_WORDS}. p: Wilcoxon signed-rank, two-sided; over patients (their mean differences), which is the fair one, and over structures on slices, which takes slices of one patient for independent and so finds more than there is. Over n patients it is at least 2 / 2^n, however large the difference: 0.5 for two, 0.25 for three, 0.125 for four, 0.0625 for five, 0.0313 for six. Not corrected for the number of lines. Undefined: structures that a side missed, whose distance there is undefined; on A alone, on B alone, on both. They are in no mean, which is kind to the side that missed. Over structures on slices, one that a side alone missed ranks as the largest difference, to the good of the other; ranks for: the side that these ranks speak for, as the mean may not where one missed. Over patients there is then no p (n/a): a mean with an infinite difference is none, and without it would be to the good of the side that missed. See Dice, which counts a miss.${pooledWords(found)}`,
    columns: [
      { key: 'data', label: 'data', merge: true },
      { key: 'measure', label: 'measure', merge: true },
      { key: 'clicks', label: 'clicks', digits: 0 },
      { key: 'a', label: names[0] },
      { key: 'b', label: names[1] },
      { key: 'difference', label: 'A - B', digits: 4 },
      { key: 'undefined', label: 'undefined' },
      { key: 'patients', label: 'patients', digits: 0 },
      { key: 'pPatients', label: 'p, patients', digits: 4, least: 0.0001 },
      { key: 'pStructures', label: 'p, structures', digits: 4, least: 0.0001 },
      { key: 'ranksFor', label: 'ranks for' },
    ],
    rows: panels.flatMap((panel) => {
      const pairs = inPanel(found, panel);
      const inMm = panel.group === undefined ? pairs.filter(({ group }) => !apart.has(group)) : pairs;
      return MEASURES.flatMap(([measure, label]) =>
        clicks.map((n, at) => {
          const { missed, ...found } = differenceOf(measure === 'dice' ? pairs : inMm, measure, at, draws);
          const { patients } = found.difference;
          // One patient cannot differ significantly from itself.
          const pPatients = patients > 1 ? found.pPatients : undefined;
          const line = { data: panel.name, measure: label, clicks: n };
          return { ...line, ...found, undefined: missedText(missed), patients, pPatients };
        }),
      );
    }),
  };
}

async function drawDifferences(found: Pairs, panels: readonly Panel[]) {
  const draws = patientDraws(seedOf(found));
  const [a, b] = found.names;
  const { clicks } = found;
  const points: CurvePoint[] = panels.flatMap((panel) =>
    clicks.map((n, at) => {
      const { mean, low, high } = differenceOf(inPanel(found, panel), 'dice', at, draws).difference;
      return { panel: panel.name, method: 'A - B', clicks: n, mean, low, high };
    }),
  );
  const at = clicks.includes(5) ? clicks.indexOf(5) : clicks.length - 1;
  const boxes = panels.map((panel) =>
    boxOf(
      panel.name,
      inPanel(found, panel).map((pair) => pair.a.dice[at] - pair.b.dice[at]),
    ),
  );
  const names = panels.map(({ name }) => name);
  const foot = footOfBoth(found);
  return [
    {
      name: 'difference-by-clicks',
      caption: `Dice of ${a} less that of ${b} (A - B) by clicks; above 0, A is better. Band: ${INTERVAL_DRAWN}.`,
      svg: await drawFigure(
        curvesFigure(points, {
          title: 'A - B, Dice',
          panels: names,
          methods: ['A - B'],
          zero: true,
          ticks: clicks,
        }),
        foot,
      ),
    },
    {
      name: 'difference-boxes',
      caption: `A - B of each structure on a slice after ${clicks[at]} clicks: quartiles, median, whiskers within 1.5 interquartile ranges, what lies beyond.`,
      svg: await drawFigure(
        boxesFigure([{ title: `A - B, Dice after ${clicks[at]} clicks`, boxes, zero: true }], names),
        foot,
      ),
    },
  ];
}
