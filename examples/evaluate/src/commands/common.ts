import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkSplit, findDataFolder, hasIndex } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { nodeBackend } from '@clickseg/runtime/node';
import type { ClickStrategy } from '@clickseg/simulate';
import type { Command } from 'commander';
import type { Inference } from '../open-models.ts';
import type { Machine } from '../run/open-run.ts';
import { checkSettings, clicksRefused, type MethodKind, needsModel, type Settings } from '../settings.ts';
import { above0, whole, words } from './numbers.ts';

/** Options as commander hands them over. */
export interface MachineOptions {
  readonly data?: string;
  readonly model?: readonly string[];
  readonly threads?: number;
  readonly remote?: string;
}

export interface SettingOptions {
  readonly clicks?: string;
  readonly strategy?: string;
  readonly seed?: number;
  readonly methods?: string;
  readonly split?: string;
  readonly groups?: string;
  readonly limit?: number;
  readonly minArea?: number;
  readonly tolerance?: number;
  readonly diskRadius?: number;
}

export interface ReportingOptions {
  readonly report?: string;
  readonly unseen?: string;
  readonly title?: string;
  readonly gallery: boolean;
}

const collect = (value: string, all: readonly string[] = []) => [...all, value];

export const machineOptions = (command: Command): Command =>
  command
    .option(
      '--data <folder>',
      'labelled images (default: CLICKSEG_DATA, or shared/data beside the repository)',
    )
    .option(
      '--model <file or package>',
      'NAME=FILE for several; repeat it (default: @clickseg/model-ct)',
      collect,
    )
    .option(
      '--remote <url>',
      "run networks on a server (Open Inference Protocol); --model is then its model's name (default: clickseg)",
    )
    .option(
      '--threads <n>',
      'CPU threads of a prediction; more processes beat more threads (default: 1)',
      whole(1),
    );

export const settingOptions = (command: Command): Command =>
  command
    .option('--clicks <list>', 'after how many clicks to measure (default: 1,2,5,10,15)')
    .option('--strategy <name>', 'simulated annotator: sakinis, monai or ritm (default: sakinis)')
    .option('--seed <n>', 'of every random choice (default: 4242)', whole(0))
    .option('--methods <list>', 'of model, random, disk, grow (default: all)')
    .option('--split <name>', "part of the folder's index.json (default: val, all without an index)")
    .option('--groups <list>', 'only these groups')
    .option('--limit <n>', 'most structures of a group, drawn with the seed', whole(1))
    .option('--min-area <pixels>', 'leave smaller structures out (default: 1)', whole(1))
    .option('--tolerance <mm>', 'of surface Dice (default: 1)', above0)
    .option('--disk-radius <mm>', 'of the disk baseline (default: 10)', above0);

export const reportingOptions = (command: Command): Command =>
  command
    .option('--report <folder>', 'where the report goes (default: OUT/report)')
    .option('--unseen <list>', 'groups that the model has not seen in training')
    .option('--title <words>', 'of the report', words)
    .option('--no-gallery', 'leave the pictures out');

/** The data folder, named or found. @throws ClicksegError `invalid-option` */
export function dataFolder({ data }: MachineOptions): string {
  const folder = data ?? findDataFolder(process.cwd());
  // In full: messages name files by it, and records take it out of them again.
  if (folder !== undefined && existsSync(folder)) return resolve(folder);
  const env = process.env['CLICKSEG_DATA'];
  const named = data === undefined ? env && `CLICKSEG_DATA=${env}` : `--data ${data}`;
  throw new ClicksegError(
    'invalid-option',
    named
      ? `evaluate: ${named} does not exist`
      : 'evaluate: no data folder; name one with --data or CLICKSEG_DATA',
  );
}

export const machineOf = (options: MachineOptions): Machine => ({
  data: dataFolder(options),
  models: options.model ?? [options.remote === undefined ? '@clickseg/model-ct' : 'clickseg'],
  inference: inferenceOf(options),
});

/** Data and models as given, for a command that does some of a run again. */
export const machineWords = ({ data, model = [], remote }: MachineOptions): string[] => [
  ...(data === undefined ? [] : ['--data', data]),
  ...model.flatMap((one) => ['--model', one]),
  ...(remote === undefined ? [] : ['--remote', remote]),
];

/** How a report is to look and where it goes, as given, for the command that makes it later. */
export const reportingWords = ({ report, unseen, title, gallery }: ReportingOptions): string[] => [
  ...(report === undefined ? [] : ['--report', report]),
  ...(unseen === undefined ? [] : ['--unseen', unseen]),
  ...(title === undefined ? [] : ['--title', title]),
  ...(gallery ? [] : ['--no-gallery']),
];

/** Refuses a model that nothing would use. @throws ClicksegError `invalid-option` */
export function checkModelUsed({ model, remote }: MachineOptions, settings: Settings): void {
  if (needsModel(settings)) return;
  const given = remote === undefined ? model && `--model ${model[0]}` : `--remote ${remote}`;
  if (given === undefined) return;
  throw new ClicksegError(
    'invalid-option',
    `evaluate: ${given} is of no use to --methods ${settings.methods.join(',')}; leave it out, or name model or random`,
  );
}

/** One thread by default: sums in another order could differ in a last digit, and processes use cores better. */
export const inferenceOf = ({ threads = 1, remote }: MachineOptions): Inference =>
  remote === undefined
    ? { backend: nodeBackend({ threads }) }
    : { remote: { url: remote, token: process.env['CLICKSEG_TOKEN'] } };

export function settingsOf(options: SettingOptions, data: string): Settings {
  checkSplit(data, options.split, 'evaluate: --split');
  return checkSettings({
    clicks: options.clicks === undefined ? undefined : clicksOf(options.clicks),
    strategy: options.strategy as ClickStrategy | undefined,
    seed: options.seed,
    methods: options.methods === undefined ? undefined : (list(options.methods) as MethodKind[]),
    split: options.split ?? (hasIndex(data) ? 'val' : undefined),
    groups: options.groups === undefined ? undefined : list(options.groups),
    limit: options.limit,
    minArea: options.minArea,
    tolerance: options.tolerance,
    diskRadius: options.diskRadius,
  });
}

function clicksOf(text: string): number[] {
  const words = text.split(',').map((word) => word.trim());
  // Here what was typed is still known; JavaScript would read 0x2 and 1e1 too.
  if (!words.every((word) => /^\d+$/.test(word))) throw clicksRefused(text);
  return words.map(Number);
}

export const list = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** The files of records in folders, or files named themselves. @throws ClicksegError `invalid-option` */
export function recordFiles(places: readonly string[]): string[] {
  return places.flatMap((place) => {
    if (!existsSync(place)) throw new ClicksegError('invalid-option', `evaluate: ${place} does not exist`);
    if (!statSync(place).isDirectory()) return [place];
    const files = readdirSync(place).filter((name) => /^interactions.*\.jsonl$/.test(name));
    if (files.length === 0)
      throw new ClicksegError('invalid-option', `evaluate: ${place} holds no interactions*.jsonl`);
    return files.sort().map((name) => join(place, name));
  });
}
