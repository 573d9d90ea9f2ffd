import { join } from 'node:path';
import { type DatasetCase, makeOutFolder } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { createSegmenter } from '@clickseg/runtime';
import { nodeBackend } from '@clickseg/runtime/node';
import { TRAIN_DEFAULTS } from '@clickseg/train';
import { readModelBytes } from './base-model.ts';
import { counted } from './counted.ts';
import { describeCases } from './describe-cases.ts';
import { TEST_CLICKS } from './dice-table.ts';
import { checkFit, type FitSettings, fit, metadataOf, modelDigest } from './fit.ts';
import { type FitFlags, settingsOf } from './fit-command.ts';
import { fitSet } from './fit-set.ts';
import { patientFolds } from './folds.ts';
import { BEFORE, type Cell, gridFigures, gridRows, gridTables, type TrainClicks } from './grid-report.ts';
import { type MeasuredStructure, measure } from './measure.ts';
import { type OpenedCase, openFolder } from './open-folder.ts';
import { scansRead, structuresMeasured } from './progress-lines.ts';
import { readTextIfThere } from './read-if-there.ts';
import { holding } from './run-lock.ts';
import { casesFor, compareSettings, orderOf } from './run-settings.ts';
import { spacingOf } from './spacing-of.ts';
import { structureNames } from './structure-names.ts';
import { writeWhole } from './write-whole.ts';

export interface GridFlags extends FitFlags {
  readonly folds: number;
  /** K of each network. */
  readonly interactions: readonly number[];
  /** Most structures measured a cell. */
  readonly limit?: number;
}

/**
 * The paper's first experiment: a network for every fold and every number of training clicks, each measured on the
 * patients that it has not seen at every number of test clicks; with a model to go on from, that one too, as it was before. Run
 * again, it goes on where it was stopped: cells that are done are read, a cell that is half trained resumes from its checkpoint.
 *
 * Writes `k-<K>/fold-<n>/` (run folder and `scores.jsonl`), `before/fold-<n>/scores.jsonl`, and after every cell `grid.jsonl` and its
 * figures; prints the Dice of each K at the end.
 */
export async function gridCommand(flags: GridFlags): Promise<void> {
  const shared = await settingsOf(flags);
  const settings = flags.interactions.map((interactions) => ({
    ...shared,
    train: { ...shared.train, interactions },
  }));
  // Each K before the first cell is trained.
  for (const one of settings) await checkFit(one);
  await holding(flags.out, () => gridLocked(flags, shared, settings));
}

/** @param settings - those of each K */
async function gridLocked(
  flags: GridFlags,
  shared: FitSettings,
  settings: readonly FitSettings[],
): Promise<void> {
  const { out, data, interactions: list, limit } = flags;
  const cases = await openFolder(data, { ...flags, onProgress: scansRead });
  console.log(describeCases(cases));
  const { base, train, ...others } = shared;
  const folds = patientFolds(cases, flags.folds, train.seed ?? TRAIN_DEFAULTS.seed);
  // Cells must be alike. Numbers of clicks can be added to a grid later.
  const keepSettings = await compareSettings(out, 'grid.json', {
    ...others,
    ...train,
    from: base && modelDigest(base),
    folds: flags.folds,
    limit,
    cases: casesFor(cases, base?.metadata ?? others.metadata ?? {}),
    order: orderOf(cases),
  });

  const networks: readonly TrainClicks[] = base ? [BEFORE, ...list] : list;
  const plan = await Promise.all(
    folds.flatMap((fold, i) =>
      networks.map(async (trainClicks) => {
        const where = join(out, trainClicks === BEFORE ? BEFORE : `k-${trainClicks}`, `fold-${i + 1}`);
        return { ...fold, fold: i + 1, trainClicks, where, scores: await readScores(scoresIn(where)) };
      }),
    ),
  );
  for (const [i, fold] of folds.entries()) {
    // What cannot be trained on is told now, not hours into the night.
    const missing = plan.some((cell) => cell.fold === i + 1 && cell.trainClicks !== BEFORE && !cell.scores);
    if (!missing) continue;
    console.error(`checking what fold ${i + 1} of ${folds.length} trains on`);
    await fitSet(fold.train, shared, metadataOf(shared, 'grid'), flags.signal);
  }

  const cells: Cell[] = [];
  for (const [n, { fold, trainClicks, where, scores, ...halves }] of plan.entries()) {
    let structures = scores;
    if (!structures) {
      const what = trainClicks === BEFORE ? `${base?.path} as it is` : `trained with ${trainClicks} clicks`;
      console.log(`cell ${n + 1} of ${plan.length}: fold ${fold} of ${folds.length}, ${what}`);
      await makeOutFolder(where);
      const model =
        trainClicks === BEFORE
          ? base!.path
          : await fit(halves.train, settings[list.indexOf(trainClicks)], { ...flags, out: where });
      console.error(`measuring on ${counted(halves.test.length, 'scan')}`);
      structures = await score(model, halves.test, flags);
      // Only now: until a cell is done, its own fit.json alone says what it was begun with.
      await keepSettings();
      await writeWhole(scoresIn(where), structures.map((s) => `${JSON.stringify(s)}\n`).join(''));
    }
    cells.push({ fold, trainClicks, structures });
    await report(out, cells, unitOf(cases));
  }
  console.log(gridTables(cells, structureNames(cases)));
  console.log(`wrote ${join(out, 'grid.jsonl')} and its figures`);
}

function scoresIn(cell: string): string {
  return join(cell, 'scores.jsonl');
}

async function score(model: string, cases: readonly DatasetCase[], flags: GridFlags) {
  const segmenter = await createSegmenter({
    model: { data: await readModelBytes(model) },
    backend: nodeBackend({ threads: flags.threads }),
  });
  try {
    return await measure(cases, {
      segmenter,
      seed: flags.seed ?? TRAIN_DEFAULTS.seed,
      clicks: TEST_CLICKS[TEST_CLICKS.length - 1],
      distancesAt: TEST_CLICKS,
      limit: flags.limit,
      onProgress: structuresMeasured(),
      signal: flags.signal,
    });
  } finally {
    await segmenter.dispose();
  }
}

/** What distances are in: a case whose spacing is not known has them in pixels. */
function unitOf(cases: readonly OpenedCase[]): string {
  const units = new Set(cases.map((entry) => (spacingOf(entry) ? 'mm' : 'pixels')));
  return [...units].sort().join(' or ');
}

async function report(out: string, cells: readonly Cell[], unit: string): Promise<void> {
  const rows = gridRows(cells);
  await writeWhole(join(out, 'grid.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const [name, svg] of Object.entries(gridFigures(cells, unit)))
    await writeWhole(join(out, `${name}.svg`), svg);
}

/** A finished cell's; an empty file, as a power cut leaves one, is no finished cell's. */
async function readScores(path: string): Promise<MeasuredStructure[] | undefined> {
  const lines = ((await readTextIfThere(path)) ?? '').split('\n').filter(Boolean);
  return lines.length === 0 ? undefined : lines.map((line, i) => readScore(path, i + 1, line));
}

function readScore(path: string, number: number, line: string): MeasuredStructure {
  const remedy = 'remove the file, and its cell is measured again';
  try {
    const score = JSON.parse(line) as Partial<MeasuredStructure> | null;
    if (Array.isArray(score?.dice)) return score as MeasuredStructure;
  } catch (cause) {
    const why = `line ${number}: ${(cause as Error).message}`;
    throw new ClicksegError('invalid-file', `${path}: ${why}; ${remedy}`, { cause });
  }
  throw new ClicksegError('invalid-file', `${path}: line ${number} has no dice; ${remedy}`);
}
