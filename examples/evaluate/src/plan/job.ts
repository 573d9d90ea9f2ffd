/** What a generated job runs. */
export interface PlannedJob {
  /** Of the job and its files. */
  readonly name: string;
  readonly shards: number;
  /** `evaluate`'s own arguments, but shard and resume. */
  readonly args: readonly string[];
  /** What starts the evaluation, such as `node dist/main.js`. */
  readonly command: string;
}

/** A word that a shell takes as it is. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The command line of one shard; `index` is a shell expression that counts from 0. */
export function shardCommand({ command, args, shards }: PlannedJob, index: string): string {
  const words = args.map(quoted).join(' ');
  // A job that is started again goes on where it stopped: --resume does no harm where there is nothing.
  return `${command} run ${words} --resume --shard "$((${index} + 1))/${shards}"`;
}
