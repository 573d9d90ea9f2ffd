import { ClicksegError } from '@clickseg/raster';
import { quoted } from '../plan/job.ts';
import type { CollectOptions } from '../queue/collect.ts';
import { checkUnseen } from '../report/roles.ts';
import { reasonOf } from '../run/evaluate-chunk.ts';
import { openRun, type Run } from '../run/open-run.ts';
import { recordRun, type Shard } from '../run/record-run.ts';
import { checkRecording } from './check-outputs.ts';
import {
  checkModelUsed,
  list,
  type MachineOptions,
  machineOf,
  machineWords,
  type ReportingOptions,
  reportingWords,
  type SettingOptions,
  settingsOf,
} from './common.ts';
import { EXIT } from './exit.ts';

export interface EvaluateOptions extends MachineOptions, SettingOptions, ReportingOptions {
  readonly out: string;
  readonly resume?: boolean;
  readonly shard?: string;
  /** Redis to hand the work out through, `redis://...`. */
  readonly queue?: string;
}

/** Evaluates a data folder, or a shard of it; whole runs end in a report. Returns the exit code. */
export async function evaluateCommand(options: EvaluateOptions, signal?: AbortSignal): Promise<number> {
  const machine = machineOf(options);
  const shard = shardOption(options.shard);
  if (options.queue !== undefined && shard) {
    throw new ClicksegError('invalid-option', 'evaluate: --queue and --shard exclude each other');
  }
  const settings = settingsOf(options, machine.data);
  checkModelUsed(options, settings);
  await checkRecording(options, { shard, resume: options.resume });
  const run = await openRun(settings, machine, signal);
  try {
    checkUnseen(run.catalogue.groups, list(options.unseen ?? ''));
    sayUnreadable(run);
    const { out, resume, queue } = options;
    const { path, unsaved } =
      queue === undefined
        ? await recordRun(run, { out, resume, shard })
        : await throughQueue(run, { redis: queue, out, resume, signal });
    if (shard) {
      console.error(`recorded ${path}; once every shard is there: ${mergeLine(options)}`);
      return unsaved > 0 ? EXIT.incomplete : EXIT.complete;
    }
    // Loaded where it is needed: workers and shards draw no figures.
    const { reportRecords } = await import('./report-records.ts');
    try {
      return await reportRecords([path], options.gallery ? { ...options, run } : options);
    } catch (error) {
      console.error(
        `the report failed; the records are kept in ${path}, and reported by ${mergeLine(options)}`,
      );
      throw error;
    }
  } finally {
    await run.close();
  }
}

/** The command that reports what is recorded. */
const mergeLine = (options: EvaluateOptions): string =>
  `node dist/main.js ${['merge', options.out, '--out', options.out, ...machineWords(options), ...reportingWords(options)].map(quoted).join(' ')}`;

const MOST_TOLD = 10;

/** Before hours of work: what of the images that had to be opened already will not be in it. */
function sayUnreadable({ catalogue: { unreadable }, context: { folder } }: Run): void {
  for (const { entry, error } of unreadable.slice(0, MOST_TOLD)) {
    console.error(`left out: ${entry.case}: ${reasonOf(error, folder)}`);
  }
  if (unreadable.length > MOST_TOLD) console.error(`left out: ${unreadable.length - MOST_TOLD} more images`);
}

async function throughQueue(run: Run, options: CollectOptions) {
  const { collectFromQueue } = await import('../queue/collect.ts');
  return collectFromQueue(run, options);
}

/** `i/n`, from 1. @throws ClicksegError `invalid-option` */
export function shardOption(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const [i, n] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (!(i >= 1 && n >= 1 && i <= n)) {
    throw new ClicksegError(
      'invalid-option',
      `evaluate: --shard ${text} is not i/n with i from 1 to n, such as 1/4`,
    );
  }
  return { i, n };
}
