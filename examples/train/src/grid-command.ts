import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetCase } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
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
import { writeWhole } from './write-whole.ts';

export interface GridFlags extends FitFlags {
  readonly folds: number;
  /** K of each network, separated by commas. */
  readonly interactions: string;
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
  const list = flags.interactions.split(',').map(Number);
  if (list.some((k) => !Number.isInteger(k) || k < 0)) {
    throw new ClicksegError(
      'invalid-option',
      `grid: --interactions ${flags.interactions} is no list of numbers`,
    );
  }
  const cases = await openFolder(flags.data, flags.split);
  const folds = patientFolds(cases, flags.folds, settingsOf(flags).train.seed ?? 4242);
  await mkdir(flags.out, { recursive: true });
  await keepSettings(flags, list, cases);

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

/** A grid's cells must be alike: a folder that was begun with other settings or data is refused. */
async function keepSettings(
  flags: GridFlags,
  list: readonly number[],
  cases: readonly DatasetCase[],
): Promise<void> {
  const settings = settingsOf(flags);
  const mine = JSON.stringify({
    settings,
    folds: flags.folds,
    limit: flags.limit,
    cases: cases.map((c) => c.case).sort(),
  });
  const path = join(flags.out, 'grid.json');
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === undefined) await writeWhole(path, mine);
  else if (before !== mine) {
    throw new ClicksegError(
      'invalid-option',
      `grid: ${flags.out} was begun with other settings or cases (its grid.json); name another --out for [${list}]`,
    );
  }
}

async function readScores(path: string): Promise<MeasuredStructure[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text
    ?.split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as MeasuredStructure);
}
