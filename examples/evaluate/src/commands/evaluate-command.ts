import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { collectFromQueue } from '../queue/collect.ts';
import { isIncomplete } from '../report/facts.ts';
import { makeGallery } from '../report/gallery.ts';
import { timingsCsv, writeReport } from '../report/write-report.ts';
import { openRun, type Run } from '../run/open-run.ts';
import { readHeader } from '../run/read-records.ts';
import { recordRun } from '../run/record-run.ts';
import { createReplay } from '../run/replay.ts';
import { type Tally, tallyRecords } from '../tally/tally.ts';
import {
  list,
  type MachineOptions,
  machineOf,
  type ReportingOptions,
  recordFiles,
  type SettingOptions,
  settingsOf,
} from './common.ts';

export interface EvaluateOptions extends MachineOptions, SettingOptions, ReportingOptions {
  readonly out: string;
  readonly resume?: boolean;
  readonly shard?: string;
  /** Redis to hand the work out through, `redis://...`. */
  readonly queue?: string;
}

/** Exit codes: all is well; it could not run; it ran, but something was left out. */
export const EXIT = { complete: 0, failed: 1, incomplete: 2 } as const;

/** Evaluates a data folder, or a shard of it; whole runs end in a report. Returns the exit code. */
export async function evaluateCommand(options: EvaluateOptions, signal?: AbortSignal): Promise<number> {
  const machine = machineOf(options);
  const shard = shardOption(options.shard);
  if (options.queue !== undefined && shard.n > 1) {
    throw new ClicksegError('invalid-option', 'evaluate: --queue and --shard exclude each other');
  }
  const run = await openRun(settingsOf(options, machine.data), machine, signal);
  try {
    const { out, resume, queue } = options;
    const { path, unsaved } =
      queue === undefined
        ? await recordRun(run, { out, resume, shard })
        : await collectFromQueue(run, { redis: queue, out, resume, signal });
    if (shard.n > 1) {
      console.error(`recorded ${path}; once every shard is there: evaluate merge ${options.out}`);
      return unsaved > 0 ? EXIT.incomplete : EXIT.complete;
    }
    return await reportRecords([path], options.gallery ? { ...options, run } : options);
  } finally {
    await run.close();
  }
}

/** Adds records up and writes the report; with a run at hand, with pictures. Returns the exit code. */
export async function reportRecords(
  paths: readonly string[],
  options: ReportingOptions & { readonly out: string; readonly run?: Run },
): Promise<number> {
  await mkdir(options.out, { recursive: true });
  const tally = tallyRecords(paths);
  const { run, out, report = join(out, 'report'), title } = options;
  const gallery = run ? await makeGallery(tally, createReplay(run)) : undefined;
  const unseen = options.unseen === undefined ? [] : list(options.unseen);
  await writeReport(report, tally, { gallery, unseen, ...(title === undefined ? {} : { title }) });
  await writeFile(join(out, 'timings.csv'), timingsCsv(tally));
  console.error(`${tally.records} interactions; report in ${report}`);
  return sayWhatIsMissing(tally);
}

function sayWhatIsMissing(tally: Tally): number {
  if (tally.repeated > 0) console.error(`${tally.repeated} records were there twice and counted once`);
  if (!isIncomplete(tally)) return EXIT.complete;
  const left = tally.leftOut.filter(({ asked }) => !asked);
  const structures = left.reduce((sum, { structures }) => sum + structures, 0);
  if (left.length > 0) console.error(`left out: ${structures} structures; the report says which and why`);
  if (tally.unfinished.length > 0) {
    console.error(
      `${tally.unfinished.length} of ${tally.header.about.chunks} parts of the run are not finished`,
    );
  }
  return EXIT.incomplete;
}

/** `i/n`, from 1. @throws ClicksegError `invalid-option` */
export function shardOption(text: string | undefined): { i: number; n: number } {
  if (text === undefined) return { i: 1, n: 1 };
  const [i, n] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (!(i >= 1 && n >= 1 && i <= n)) {
    throw new ClicksegError(
      'invalid-option',
      `evaluate: --shard ${text} is not i/n with i from 1 to n, such as 1/4`,
    );
  }
  return { i, n };
}

export interface MergeOptions extends MachineOptions, ReportingOptions {
  readonly out: string;
}

/** Reports what shards, on one machine or many, recorded. The run's settings stand in the records. */
export async function mergeCommand(places: readonly string[], options: MergeOptions): Promise<number> {
  const paths = recordFiles(places);
  if (!options.gallery) return reportRecords(paths, options);
  const settings = readHeader(paths[0]).about.settings as unknown as Run['settings'];
  const run = await openRun(settings, machineOf(options));
  try {
    return await reportRecords(paths, { ...options, run });
  } finally {
    await run.close();
  }
}
