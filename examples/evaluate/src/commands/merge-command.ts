import { checkOutputs } from './check-outputs.ts';
import { type MachineOptions, type ReportingOptions, recordFiles } from './common.ts';
import { openRecordedRun } from './recorded-run.ts';
import { reportRecords } from './report-records.ts';

export interface MergeOptions extends MachineOptions, ReportingOptions {
  readonly out: string;
}

/** Reports what shards, on one machine or many, recorded. The run's settings stand in the records. */
export async function mergeCommand(places: readonly string[], options: MergeOptions): Promise<number> {
  const paths = recordFiles(places);
  await checkOutputs(options);
  if (!options.gallery) return reportRecords(paths, options);
  const run = await openRecordedRun(paths[0], options);
  try {
    return await reportRecords(paths, { ...options, run });
  } finally {
    await run.close();
  }
}
