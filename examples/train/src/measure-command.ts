import { dirname, join } from 'node:path';
import { checkSplit, type DatasetCase, hasIndex, makeOutFolder } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { createSegmenter } from '@clickseg/runtime';
import { nodeBackend } from '@clickseg/runtime/node';
import { readModelBytes } from './base-model.ts';
import { counted } from './counted.ts';
import { casesOf, dataFolder } from './data-folder.ts';
import { diceTable, TEST_CLICKS } from './dice-table.ts';
import { estimate, lines, sizeOf } from './figures.ts';
import { type MeasuredStructure, MOST_MEASURED, measure } from './measure.ts';
import { naming } from './naming.ts';
import type { OpenedCase } from './open-folder.ts';
import { structuresMeasured } from './progress-lines.ts';
import { readSettings } from './run-settings.ts';
import { structureNames } from './structure-names.ts';
import { writeWhole } from './write-whole.ts';

/** onnxruntime starts as many as it is told, for minutes, and the runtime hands it any number. */
const MOST_THREADS = 1024;

/** Structures below this are specks at the chest scan's 0.68 mm. */
const MIN_AREA = { ct_chest: 100 };

export interface MeasureCommand {
  readonly model: string;
  readonly data?: string;
  /** Of an index; 'val' where not given. A folder without one has none, and all of it is measured. */
  readonly split?: string;
  readonly out?: string;
  readonly limit?: number;
  readonly groups?: string;
  readonly seed: number;
  readonly threads?: number;
}

/**
 * Measures a model on a split, or on all of a folder without an index: mean slice-wise Dice after 1, 2, 5, 10 and 15 simulated
 * clicks, by group.
 *
 * @throws ClicksegError `invalid-option` for a split or a group without cases, or threads that no machine has; `empty-mask` where there is no structure to measure
 */
export async function measureCommand({
  model,
  data,
  split,
  out,
  limit,
  groups,
  seed,
  threads,
}: MeasureCommand): Promise<void> {
  if (threads !== undefined && threads > MOST_THREADS) {
    throw new ClicksegError('invalid-option', `measure: --threads ${threads} is more than ${MOST_THREADS}`);
  }
  const folder = dataFolder('measure', data);
  // Before scans are opened, which may take minutes.
  const bytes = await readModelBytes(model);
  checkSplit(folder, split);
  const indexed = hasIndex(folder);
  const part = split ?? 'val';
  const wanted = groups?.split(',');
  const all = await casesOf(folder, part, MOST_MEASURED);
  const cases = all.filter((c) => !wanted || wanted.includes(c.group));
  const unknown = wanted?.filter((name) => !cases.some(({ group }) => group === name)) ?? [];
  if (cases.length === 0 || unknown.length > 0) {
    const of = [indexed ? `split '${part}'` : '', wanted ? `group ${unknown.join(', ')}` : ''].filter(
      Boolean,
    );
    throw new ClicksegError('invalid-option', `measure: ${folder} has no case of ${of.join(' of ')}`);
  }
  if (out) await makeOutFolder(out);
  const segmenter = await naming(model, 'invalid-model', () =>
    createSegmenter({ model: { data: bytes }, backend: nodeBackend({ threads }) }),
  );
  const seen = await trainedOn(dirname(model), cases);
  if (seen > 0) {
    const of = `${seen} of ${counted(cases.length, 'case')} (${join(dirname(model), 'fit.json')})`;
    console.error(
      `warning: the model was trained on ${of}: patients that it has not seen will be segmented less well`,
    );
  }
  console.error(`measuring on ${counted(cases.length, 'case')}`);
  const results = await measure(cases, {
    segmenter,
    seed,
    limit,
    clicks: TEST_CLICKS[TEST_CLICKS.length - 1],
    minArea: MIN_AREA,
    onProgress: structuresMeasured(),
  });
  await segmenter.dispose();
  if (results.length === 0) {
    const of = `${counted(cases.length, 'case')} of ${folder}`;
    throw new ClicksegError('empty-mask', `measure: no structure to measure in ${of}`);
  }
  const table = diceTable(results, structureNames(cases));
  console.log(table);
  if (out) {
    const name = join(out, indexed ? `dice-${part}` : 'dice');
    await writeWhole(`${name}.md`, `${table}\n`);
    await writeWhole(`${name}.svg`, diceCurve(results));
    await writeWhole(`${name}.jsonl`, results.map((r) => `${JSON.stringify(r)}\n`).join(''));
  }
}

/** How many of the cases a run of `fit` was trained on: the same scan, or, where scans are not opened here, the same patient. */
async function trainedOn(
  run: string,
  cases: readonly (DatasetCase & Partial<OpenedCase>)[],
): Promise<number> {
  // Another command's run, or a model beside a file that is none of this program's.
  const fit = await readSettings(join(run, 'fit.json')).catch(() => undefined);
  const trained = Array.isArray(fit?.['cases']) ? (fit['cases'] as OpenedCase[]) : [];
  const keyOf = ({ group, patient }: OpenedCase | DatasetCase) => JSON.stringify([group, patient]);
  const [digests, patients] = [new Set(trained.map((c) => c.digest)), new Set(trained.map(keyOf))];
  return cases.filter((c) => (c.digest === undefined ? patients.has(keyOf(c)) : digests.has(c.digest)))
    .length;
}

/** Mean Dice after every click, a line a group, as SVG. */
export function diceCurve(results: readonly MeasuredStructure[]): string {
  const clicks = Array.from({ length: Math.max(...results.map((r) => r.dice.length)) }, (_, i) => i);
  return lines({
    title: `Dice after each click (${sizeOf(results)})`,
    xLabel: 'clicks',
    groups: clicks.map((n) => String(n + 1)),
    series: [...new Set(results.map((r) => r.group))].map((group) => {
      const of = results.filter((r) => r.group === group);
      return {
        name: group,
        values: clicks.map((n) => estimate(of.map((r) => ({ value: r.dice[n], patient: r.patient })))),
      };
    }),
    most: 1,
  });
}
