import { existsSync, truncateSync } from 'node:fs';
import { ClicksegError } from '@clickseg/raster';
import { whatDiffers } from './compare-headers.ts';
import { readRecords } from './read-records.ts';
import { keyOf, type RecordHeader } from './record.ts';

/** What a file of records holds already. */
export interface Progress {
  readonly keys: ReadonlySet<string>;
  readonly finished: ReadonlySet<number>;
  /** True where it has its header. */
  readonly begun: boolean;
}

/** @throws ClicksegError `invalid-option` where there are records but `resume` is not set */
export function checkNoRecords(path: string, resume: boolean): void {
  if (resume || !existsSync(path)) return;
  throw new ClicksegError('invalid-option', `evaluate: ${path} has records; --resume goes on with them`);
}

/**
 * Reads what an earlier run left and cuts off a line that its end tore in two.
 * @throws ClicksegError `invalid-option` where there are records but `resume` is not set, or of another run
 */
export function readProgress(path: string, header: RecordHeader, resume: boolean): Progress {
  const keys = new Set<string>();
  const finished = new Set<number>();
  let begun = false;
  if (!existsSync(path)) return { keys, finished, begun };
  checkNoRecords(path, resume);
  const whole = readRecords(path, (line) => {
    if ('format' in line) {
      begun = true;
      if (line.run !== header.run) {
        throw new ClicksegError(
          'invalid-option',
          `evaluate: ${path} is of run ${line.run.slice(0, 12)}, this one is ${header.run.slice(0, 12)}; they differ in ${whatDiffers(line, header)}`,
        );
      }
    } else if ('finished' in line) finished.add(line.finished);
    else if (!('leftOut' in line)) keys.add(keyOf(line));
  });
  truncateSync(path, whole);
  return { keys, finished, begun };
}
