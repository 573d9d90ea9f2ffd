import { ClicksegError } from '@clickseg/raster';
import { quoted } from '../plan/job.ts';
import type { CollectOptions } from '../queue/collect.ts';
import { checkUnseen } from '../report/roles.ts';
import { openRun, type Run } from '../run/open-run.ts';
import { recordRun } from '../run/record-run.ts';
import {
  list,
  type MachineOptions,
  machineOf,
  machineWords,
  type ReportingOptions,
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
  const run = await openRun(settingsOf(options, machine.data), machine, signal);
  try {
    checkUnseen(run.catalogue.groups, list(options.unseen ?? ''));
    const { out, resume, queue } = options;
    const { path, unsaved } =
      queue === undefined
        ? await recordRun(run, { out, resume, shard })
        : await throughQueue(run, { redis: queue, out, resume, signal });
    if (shard) {
      const words = ['merge', options.out, '--out', options.out, ...machineWords(options)];
      console.error(
        `recorded ${path}; once every shard is there: node dist/main.js ${words.map(quoted).join(' ')}`,
      );
      return unsaved > 0 ? EXIT.incomplete : EXIT.complete;
    }
    // Loaded where it is needed: workers and shards draw no figures.
    const { reportRecords } = await import('./report-records.ts');
    return await reportRecords([path], options.gallery ? { ...options, run } : options);
  } finally {
    await run.close();
  }
}

async function throughQueue(run: Run, options: CollectOptions) {
  const { collectFromQueue } = await import('../queue/collect.ts');
  return collectFromQueue(run, options);
}

/** `i/n`, from 1. @throws ClicksegError `invalid-option` */
export function shardOption(text: string | undefined): { i: number; n: number } | undefined {
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
