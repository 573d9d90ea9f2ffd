import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boxesFigure } from '../figures/boxes.ts';
import { type CurvePoint, curvesFigure } from '../figures/curves.ts';
import { drawFigure } from '../figures/draw.ts';
import { boxOf } from '../report/box-values.ts';
import { escapeHtml, factsHtml, page, tableHtml } from '../report/html.ts';
import { type Table, tableCsv, tableMarkdown } from '../report/table.ts';
import { makeFolder } from '../run/make-folder.ts';
import { patientDraws } from '../tally/estimate.ts';
import { differenceOf } from './differences.ts';
import type { Pairs } from './pairs.ts';

const MEASURES = [
  ['dice', 'Dice', 3],
  ['hausdorff', 'HD, mm', 2],
  ['meanDistance', 'MAD, mm', 3],
] as const;

/** Writes `comparison.html`, `comparison.md`, `comparison.csv` and two figures; the same bytes for the same records. */
export async function writeComparison(folder: string, found: Pairs, seed: number): Promise<void> {
  const groups = [...new Set(found.pairs.map(({ group }) => group))].sort();
  const panels = groups.length > 1 ? ['all', ...groups] : groups;
  const table = comparisonTable(found, panels, seed);
  const figures = await drawDifferences(found, panels, seed);
  const [a, b] = found.names;
  const title = `${a} against ${b}`;
  const facts = [
    ['A', `${a}, run ${found.runs[0].slice(0, 16)}`],
    ['B', `${b}, run ${found.runs[1].slice(0, 16)}`],
    ['structures on slices', `${found.pairs.length} in both, ${found.unpaired} in one only and left out`],
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

const inPanel = (found: Pairs, panel: string, panels: readonly string[]) =>
  panel === 'all' && panels.length > 1 ? found.pairs : found.pairs.filter(({ group }) => group === panel);

function comparisonTable(found: Pairs, panels: readonly string[], seed: number): Table {
  const draws = patientDraws(seed);
  const { names, clicks } = found;
  return {
    name: 'comparison',
    title: 'Differences',
    note: 'A - B: mean over the structures on slices that both sides define, with the 95 % interval from drawing patients. p: Wilcoxon signed-rank, two-sided; over patients (their mean differences), which is the fair one, and over structures on slices, which takes slices of one patient for independent and so finds more than there is. Not corrected for the number of lines.',
    columns: [
      { key: 'data', label: 'data', merge: true },
      { key: 'measure', label: 'measure', merge: true },
      { key: 'clicks', label: 'clicks', digits: 0 },
      { key: 'a', label: names[0] },
      { key: 'b', label: names[1] },
      { key: 'difference', label: 'A - B', digits: 4 },
      { key: 'patients', label: 'patients', digits: 0 },
      { key: 'pPatients', label: 'p, patients', digits: 4, least: 0.0001 },
      { key: 'pStructures', label: 'p, structures', digits: 4, least: 0.0001 },
    ],
    rows: panels.flatMap((panel) => {
      const pairs = inPanel(found, panel, panels);
      return MEASURES.flatMap(([measure, label]) =>
        clicks.map((n, at) => {
          const found = differenceOf(pairs, measure, at, draws);
          const { patients } = found.difference;
          // One patient cannot differ significantly from itself.
          const pPatients = patients > 1 ? found.pPatients : undefined;
          return { data: panel, measure: label, clicks: n, ...found, patients, pPatients };
        }),
      );
    }),
  };
}

async function drawDifferences(found: Pairs, panels: readonly string[], seed: number) {
  const draws = patientDraws(seed);
  const [a, b] = found.names;
  const { clicks } = found;
  const points: CurvePoint[] = panels.flatMap((panel) =>
    clicks.map((n, at) => {
      const { mean, low, high } = differenceOf(inPanel(found, panel, panels), 'dice', at, draws).difference;
      return { panel, method: 'A - B', clicks: n, mean, low, high };
    }),
  );
  const at = clicks.includes(5) ? clicks.indexOf(5) : clicks.length - 1;
  const boxes = panels.map((panel) =>
    boxOf(
      panel,
      inPanel(found, panel, panels).map((pair) => pair.a.dice[at] - pair.b.dice[at]),
    ),
  );
  return [
    {
      name: 'difference-by-clicks',
      caption: `Dice of ${a} less that of ${b} (A - B) by clicks; above 0, A is better. Band: 95 % interval from drawing patients.`,
      svg: await drawFigure(
        curvesFigure(points, { title: 'A - B, Dice', panels, methods: ['A - B'], zero: true, ticks: clicks }),
      ),
    },
    {
      name: 'difference-boxes',
      caption: `A - B of each structure on a slice after ${clicks[at]} clicks: quartiles, median, whiskers within 1.5 interquartile ranges, what lies beyond.`,
      svg: await drawFigure(
        boxesFigure([{ title: `A - B, Dice after ${clicks[at]} clicks`, boxes, zero: true }], panels),
      ),
    },
  ];
}
