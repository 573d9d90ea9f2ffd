import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isIncomplete } from '../report/facts.ts';
import { makeGallery } from '../report/gallery.ts';
import { timingsCsv, writeReport } from '../report/write-report.ts';
import type { Run } from '../run/open-run.ts';
import { createReplay } from '../run/replay.ts';
import { type Tally, tallyRecords } from '../tally/tally.ts';
import { list, type ReportingOptions } from './common.ts';
import { EXIT } from './exit.ts';

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
