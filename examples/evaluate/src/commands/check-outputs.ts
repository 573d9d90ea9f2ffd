import { join } from 'node:path';
import { checkFolder, makeFolder } from '../run/make-folder.ts';
import { checkNoRecords } from '../run/record-file.ts';
import { recordsFile, type Shard } from '../run/record-run.ts';

/** Where a command writes. */
export interface Outputs {
  readonly out: string;
  readonly report?: string;
}

/** The report's folder. */
export const reportFolder = ({ out, report = join(out, 'report') }: Outputs): string => report;

/** Asks before the work whether there is a place for what it gives. @throws ClicksegError `invalid-option` */
export async function checkOutputs(outputs: Outputs): Promise<void> {
  await checkFolder(outputs.out, 'evaluate: --out');
  await checkFolder(reportFolder(outputs), 'evaluate: --report');
}

/**
 * As {@link checkOutputs}, of a recording: its file must be new, unless it is to go on. A shard writes no report, and its folder is made
 * for good: another shard may be at work in it.
 */
export async function checkRecording(
  outputs: Outputs,
  { shard, resume = false }: { readonly shard?: Shard; readonly resume?: boolean },
): Promise<void> {
  if (shard) await makeFolder(outputs.out, 'evaluate: --out');
  else await checkOutputs(outputs);
  checkNoRecords(recordsFile(outputs.out, shard), resume);
}
