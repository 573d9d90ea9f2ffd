import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { createSegmenter } from '@clickseg/runtime';
import { nodeBackend } from '@clickseg/runtime/node';
import { readModelBytes } from './base-model.ts';
import { casesOf, dataFolder } from './data-folder.ts';
import { estimate, lines, sizeOf } from './figures.ts';
import { type MeasuredStructure, measure } from './measure.ts';
import { makeFolder, writeWhole } from './write-whole.ts';

/** The paper's test interactions (Table I). */
export const TEST_CLICKS = [1, 2, 5, 10, 15] as const;

/** Structures below this are specks at the chest scan's 0.68 mm. */
const MIN_AREA = { ct_chest: 100 };

export interface MeasureCommand {
  readonly model: string;
  readonly data?: string;
  readonly split: string;
  readonly out?: string;
  readonly limit?: number;
  readonly groups?: string;
  readonly seed: number;
  readonly threads?: number;
}

/** Measures a model on a split: mean slice-wise Dice after 1, 2, 5, 10 and 15 simulated clicks, by group. */
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
  const folder = dataFolder('measure', data);
  const wanted = groups?.split(',');
  const cases = (await casesOf(folder, split)).filter((c) => !wanted || wanted.includes(c.group));
  if (cases.length === 0) {
    const of = wanted ? ` of group ${wanted.join(', ')}` : '';
    throw new ClicksegError('invalid-option', `measure: ${folder} has no case of split '${split}'${of}`);
  }
  if (out) await makeFolder(out);
  const segmenter = await createSegmenter({
    model: { data: await readModelBytes(model) },
    backend: nodeBackend({ threads }),
  });
  const started = performance.now();
  const results = await measure(cases, {
    segmenter,
    seed,
    limit,
    clicks: TEST_CLICKS[TEST_CLICKS.length - 1],
    minArea: MIN_AREA,
    onProgress(done, of) {
      if (done % 100 !== 0 && done !== of) return;
      const left = ((performance.now() - started) / done) * (of - done);
      console.error(`${done}/${of} structures, ${(left / 60000).toFixed(1)} min left`);
    },
  });
  await segmenter.dispose();
  const table = diceTable(results);
  console.log(table);
  if (out) {
    await writeWhole(join(out, `dice-${split}.md`), `${table}\n`);
    await writeWhole(join(out, `dice-${split}.svg`), diceCurve(results));
    await writeWhole(join(out, `dice-${split}.jsonl`), results.map((r) => `${JSON.stringify(r)}\n`).join(''));
  }
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

/** A Markdown table: one row a group, the mean over its structures. */
export function diceTable(results: readonly MeasuredStructure[]): string {
  const groups = [...new Set(results.map((r) => r.group))];
  const rows = groups.map((group) => {
    const of = results.filter((r) => r.group === group);
    const means = TEST_CLICKS.map((n) => of.reduce((sum, r) => sum + r.dice[n - 1], 0) / of.length);
    return `| ${group} | ${of.length} | ${means.map((m) => m.toFixed(3)).join(' | ')} |`;
  });
  return [
    `| group | structures | ${TEST_CLICKS.map((n) => `${n} click${n > 1 ? 's' : ''}`).join(' | ')} |`,
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
