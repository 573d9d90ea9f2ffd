import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetCase } from '@clickseg/example-dataset/node';
import { createSegmenter } from '@clickseg/runtime';
import { nodeBackend } from '@clickseg/runtime/node';
import { readModelBytes } from './base-model.ts';
import { fit } from './fit.ts';
import { type FitFlags, settingsOf } from './fit-command.ts';
import { patientFolds } from './folds.ts';
import { type Cell, gridFigures, gridRows } from './grid-report.ts';
import { type MeasuredStructure, measure } from './measure.ts';
import { TEST_CLICKS } from './measure-command.ts';
import { openFolder } from './open-folder.ts';
import { ifMissing } from './run-folder.ts';
import { casesFor, keepSettings } from './run-settings.ts';
import { makeFolder, writeWhole } from './write-whole.ts';

export interface GridFlags extends FitFlags {
  readonly folds: number;
  /** K of each network. */
  readonly interactions: readonly number[];
  /** Most structures measured a cell. */
  readonly limit?: number;
}

/**
 * The paper's first experiment: a network for every fold and every number of training clicks, each measured on the
 * patients that it has not seen at every number of test clicks. Run again, it goes on where it was stopped: cells that
 * are done are read, a cell that is half trained resumes from its checkpoint.
 *
 * Writes `k-<K>/fold-<n>/` (run folder and `scores.jsonl`), and after every cell `grid.jsonl` and its figures.
 */
export async function gridCommand(flags: GridFlags): Promise<void> {
  const list = flags.interactions;
  const cases = await openFolder(flags.data, flags);
  const folds = patientFolds(cases, flags.folds, settingsOf(flags).train.seed ?? 4242);
  await makeFolder(flags.out);
  // Cells must be alike. Numbers of clicks can be added to a grid later.
  const { train: training, ...others } = settingsOf(flags);
  await keepSettings(flags.out, 'grid.json', {
    ...others,
    ...training,
    folds: flags.folds,
    limit: flags.limit,
    cases: casesFor(cases),
  });

  const cells: Cell[] = [];
  for (const [i, fold] of folds.entries()) {
    for (const trainClicks of list) {
      const where = join(flags.out, `k-${trainClicks}`, `fold-${i + 1}`);
      const scoresPath = join(where, 'scores.jsonl');
      let structures = await readScores(scoresPath);
      if (!structures) {
        console.log(`fold ${i + 1} of ${folds.length}, trained with ${trainClicks} clicks`);
        const model = await fit(fold.train, settingsOf(flags, trainClicks), { ...flags, out: where });
        structures = await score(model, fold.test, flags);
        await writeWhole(scoresPath, structures.map((s) => `${JSON.stringify(s)}\n`).join(''));
      }
      cells.push({ fold: i + 1, trainClicks, structures });
      await report(flags.out, cells);
    }
  }
  console.log(`wrote ${join(flags.out, 'grid.jsonl')} and its figures`);
}

async function score(model: string, cases: readonly DatasetCase[], flags: GridFlags) {
  const segmenter = await createSegmenter({
    model: { data: await readModelBytes(model) },
    backend: nodeBackend({ threads: flags.threads }),
  });
  try {
    return await measure(cases, {
      segmenter,
      seed: flags.seed ?? 4242,
      clicks: TEST_CLICKS[TEST_CLICKS.length - 1],
      distancesAt: TEST_CLICKS,
      limit: flags.limit,
      signal: flags.signal,
    });
  } finally {
    await segmenter.dispose();
  }
}

async function report(out: string, cells: readonly Cell[]): Promise<void> {
  const rows = gridRows(cells);
  await writeWhole(join(out, 'grid.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const [name, svg] of Object.entries(gridFigures(cells)))
    await writeWhole(join(out, `${name}.svg`), svg);
}

async function readScores(path: string): Promise<MeasuredStructure[] | undefined> {
  const text = await readFile(path, 'utf8').catch(ifMissing(undefined));
  return text
    ?.split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as MeasuredStructure);
}
