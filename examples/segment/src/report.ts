import { type AnnotatedStructure, CLICK_COUNTS, meanAgreement } from './annotate.ts';
import { listedName } from './legend-name.ts';
import type { SegmentedImage } from './segment-clicks.ts';
import { fixed, formatTable } from './table.ts';

/** The table of a segmented image: clicks, area and where the time went; names as {@link listedName} has them. */
export function imageTable({ structures }: SegmentedImage): string {
  const header = ['structure', 'clicks', 'area mm2', 'guidance ms', 'network ms', 'to image ms', 'total ms'];
  const rows = structures.map(({ structure, prediction: { area, timings } }, i) => [
    listedName(structure.name, i + 1),
    structure.clicks.length,
    fixed(area, 0),
    fixed(timings.guidance, 1),
    fixed(timings.inference, 1),
    fixed(timings.resample, 1),
    fixed(timings.total, 1),
  ]);
  const table = formatTable(header, rows);
  const numbered = structures.some(({ structure: { name } }, i) => listedName(name, i + 1) !== name);
  return numbered
    ? `${table}\n\nA number in brackets stands in the pictures for a name that their font lacks.`
    : table;
}

/** The three tables of the simulated annotator: Dice, Hausdorff distance and mean absolute distance. */
export function annotatorTables(structures: readonly AnnotatedStructure[]): string {
  const mean = meanAgreement(structures);
  const metrics = [
    ['Dice', 'dice', 3],
    ['HD mm', 'hausdorff', 1],
    ['MAD mm', 'meanAbsoluteDistance', 2],
  ] as const;
  return metrics
    .map(([title, metric, digits]) =>
      formatTable(
        [`${title} after`.padEnd(18), ...CLICK_COUNTS.map((n) => `${n} click${n > 1 ? 's' : ''}`)],
        [
          ...structures.map(({ name, agreement }) => [
            name.replaceAll('_', ' '),
            ...agreement.map((a) => fixed(a[metric], digits)),
          ]),
          ['mean', ...mean.map((a) => fixed(a[metric], digits))],
        ],
      ),
    )
    .join('\n\n');
}
