import { openRun, type Run } from '../run/open-run.ts';
import { readHeader } from '../run/read-records.ts';
import { type MachineOptions, machineOf, type ReportingOptions, recordFiles } from './common.ts';
import { reportRecords } from './report-records.ts';

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
