import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { isIncomplete } from '../report/facts.ts';
import { makeGallery } from '../report/gallery.ts';
import { leftOutWords } from '../report/left-out-words.ts';
import { noRecordsWords } from '../report/no-records-words.ts';
import { checkUnseen } from '../report/roles.ts';
import { timingsCsv, writeReport } from '../report/write-report.ts';
import { isDiskFull } from '../run/disk-full.ts';
import { makeFolder } from '../run/make-folder.ts';
import type { Run } from '../run/open-run.ts';
import { createReplay } from '../run/replay.ts';
import { type Tally, tallyRecords } from '../tally/tally.ts';
import { reportFolder } from './check-outputs.ts';
import { list, type ReportingOptions } from './common.ts';
import { EXIT } from './exit.ts';

/** Adds records up and writes the report; with a run at hand, with pictures. Returns the exit code. */
export async function reportRecords(
  paths: readonly string[],
  given: ReportingOptions & { readonly out: string; readonly run?: Run },
): Promise<number> {
  const { run, out, title } = given;
  const report = reportFolder(given);
  const tally = tallyRecords(paths);
  const unseen = given.unseen === undefined ? [] : list(given.unseen);
  checkUnseen(tally.header.about.groups, unseen);
  const gallery = run ? await makeGallery(tally, createReplay(run)) : undefined;
  const options = { gallery, unseen, ...(title === undefined ? {} : { title }) };
  await needsSpace('the report', async () => {
    await makeFolder(report, 'evaluate: --report');
    await writeReport(report, tally, options);
  });
  // Beside the records, whose disk may be full where the report's is not.
  const path = join(out, 'timings.csv');
  await needsSpace(path, async () => {
    await makeFolder(out, 'evaluate: --out');
    await writeFile(path, timingsCsv(tally));
  }).catch((error: Error) => console.error(error.message));
  console.error(`${tally.records} interactions; report in ${report}`);
  return sayWhatIsMissing(tally);
}

/** A full disk is no fault of the program: it is told in words. @throws ClicksegError `invalid-file` */
async function needsSpace(what: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    const why = (cause as Error).message;
    throw new ClicksegError(
      'invalid-file',
      `evaluate: ${what} could not be written (${why}); free some space and --resume, or merge`,
      { cause },
    );
  }
}

function sayWhatIsMissing(tally: Tally): number {
  if (tally.repeated > 0) console.error(`${tally.repeated} records were there twice and counted once`);
  if (tally.records === 0) {
    // Its report says of each image why; without one number in it, it must not pass for one.
    console.error(`evaluate: no interaction is recorded: ${noRecordsWords(tally)}`);
    return EXIT.failed;
  }
  if (!isIncomplete(tally)) return EXIT.complete;
  const left = leftOutWords(tally.leftOut);
  if (left) console.error(`left out: ${left}; the report says which and why`);
  if (tally.unfinished.length > 0) {
    console.error(
      `${tally.unfinished.length} of ${tally.header.about.chunks} parts of the run are not finished`,
    );
  }
  return EXIT.incomplete;
}
