import { ClicksegError } from '@clickseg/raster';
import { whatDiffers } from '../run/compare-headers.ts';
import { openRun, type Run } from '../run/open-run.ts';
import { readHeader } from '../run/read-records.ts';
import { type MachineOptions, machineOf } from './common.ts';

/**
 * Opens the run that a file of records is of, to do some of it again.
 * @throws ClicksegError `invalid-option` where data or model here are others
 */
export async function openRecordedRun(path: string, options: MachineOptions): Promise<Run> {
  const header = readHeader(path);
  const run = await openRun(header.about.settings as unknown as Run['settings'], machineOf(options));
  if (run.header.run === header.run) return run;
  await run.close();
  throw new ClicksegError(
    'invalid-option',
    `evaluate: data or model here are not those of run ${header.run.slice(0, 12)} and differ in ${whatDiffers(header, run.header)}; name the right ones with --data and --model (merge does without them given --no-gallery)`,
  );
}
