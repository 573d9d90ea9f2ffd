import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { type Chunk, shardOf } from '../catalogue.ts';
import { evaluateChunk } from './evaluate-chunk.ts';
import { lockRecords } from './lock-records.ts';
import { isMachineFault } from './lost-case.ts';
import { makeFolder } from './make-folder.ts';
import type { Run } from './open-run.ts';
import { createProgress } from './progress.ts';
import { readProgress } from './record-file.ts';
import { openRecordWriter } from './record-writer.ts';

/** `i` of `n`, from 1. */
export interface Shard {
  readonly i: number;
  readonly n: number;
}

export interface RecordOptions {
  readonly out: string;
  readonly resume?: boolean;
  readonly shard?: Shard;
}

/** The file that a run, or a shard of it, is recorded in. */
export const recordsFile = (out: string, shard?: Shard): string =>
  join(out, shard ? `interactions-${shard.i}-of-${shard.n}.jsonl` : 'interactions.jsonl');

/** How a recording ended. */
export interface Recorded {
  readonly path: string;
  /** Lines that a full disk refused to the end. */
  readonly unsaved: number;
}

/**
 * Evaluates a run, or a shard of it, into its file of records, which no other process may be at work on.
 * @throws ClicksegError `backend-failed` where the networks can no longer be run, `invalid-file` where the images can no longer be
 * read; what was recorded is kept
 */
export async function recordRun(run: Run, options: RecordOptions): Promise<Recorded> {
  await makeFolder(options.out, 'evaluate: --out');
  const path = recordsFile(options.out, options.shard);
  const release = await lockRecords(path);
  try {
    return await recordInto(path, run, options);
  } finally {
    release();
  }
}

async function recordInto(
  path: string,
  run: Run,
  { resume = false, shard }: RecordOptions,
): Promise<Recorded> {
  const { keys, finished, begun } = readProgress(path, run.header, resume);
  const all = run.catalogue.chunks;
  const chunks = shard ? shardOf(all, shard.i, shard.n) : all;
  const structures = (list: readonly Chunk[]) => list.reduce((sum, { tasks }) => sum + tasks.length, 0);
  const left = chunks.filter(({ number }) => !finished.has(number));
  const earlier = Math.floor(keys.size / run.header.about.methods.length);
  const progress = createProgress(structures(chunks), Math.min(structures(chunks), earlier));
  const writer = openRecordWriter(path, (message) =>
    console.error(`the disk is full (${message}); going on, records are held back until there is space`),
  );
  try {
    if (!begun) writer.write(run.header);
    for (const chunk of left) {
      let last = '';
      for await (const line of evaluateChunk(chunk, run.context, keys)) {
        writer.write(line);
        if (!('image' in line) || `${line.slice}/${line.structure}` === last) continue;
        last = `${line.slice}/${line.structure}`;
        progress.add(1);
      }
      writer.write({ finished: chunk.number });
    }
  } catch (cause) {
    if (!isMachineFault(cause)) throw cause;
    throw new ClicksegError(cause.code, `${cause.message}; what is recorded is kept, --resume goes on`, {
      cause,
    });
  } finally {
    progress.end();
    const unsaved = writer.close();
    if (unsaved > 0)
      console.error(`${unsaved} lines were not saved, the disk is full; free some space and --resume`);
  }
  return { path, unsaved: writer.waiting };
}
