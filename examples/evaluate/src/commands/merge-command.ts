import { ClicksegError } from '@clickseg/raster';
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
  const header = readHeader(paths[0]);
  const run = await openRun(header.about.settings as unknown as Run['settings'], machineOf(options));
  try {
    if (run.header.run !== header.run) {
      throw new ClicksegError(
        'invalid-option',
        `merge: data or model here are not those of run ${header.run.slice(0, 12)}, so its pictures cannot be drawn; name them with --data and --model, or --no-gallery`,
      );
    }
    return await reportRecords(paths, { ...options, run });
  } finally {
    await run.close();
  }
}
