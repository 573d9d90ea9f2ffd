import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOutFolder } from '@clickseg/example-dataset/node';
import type { CheckpointStore, TrainingStep } from '@clickseg/train';
import { writeWhole } from './write-whole.ts';

/** A training run on disk: its checkpoints and its log. */
export interface RunFolder {
  /** The checkpoint of a stage, 1, 2, ... */
  checkpoint(stage: number): CheckpointStore;
  /** Appends a step to `log.jsonl`, after those before it. @throws what an earlier step could not be written for */
  log(step: TrainingStep): void;
  /** All that is logged is in the file. @throws what a step could not be written for */
  logged(): Promise<void>;
  /** The steps logged so far, each once: a resumed run repeats those after its checkpoint. */
  steps(): Promise<TrainingStep[]>;
}

export async function openRun(folder: string): Promise<RunFolder> {
  await makeOutFolder(folder);
  const log = join(folder, 'log.jsonl');
  const read = () => readFile(log, 'utf8').catch(ifMissing(''));
  // A run that was cut off in the middle of a line begins a new one; only where it goes on, not where it is read.
  const endLine = async () => {
    const text = await read();
    if (text !== '' && !text.endsWith('\n')) await appendFile(log, '\n');
  };
  let written: Promise<void> | undefined;
  // Kept, not thrown at once: a rejection that nobody awaits would end the process in the middle of a step.
  let fault: { readonly error: unknown } | undefined;
  return {
    checkpoint: (stage) => checkpointOf(folder, stage),
    log(step) {
      if (fault) throw fault.error;
      written = (written ?? endLine())
        .then(() => appendFile(log, `${JSON.stringify(step)}\n`))
        .catch((error: unknown) => {
          fault ??= { error };
        });
    },
    async logged() {
      await written;
      if (fault) throw fault.error;
    },
    async steps() {
      const text = await read();
      const byStep = new Map<number, TrainingStep>();
      for (const line of text.split('\n').filter(Boolean)) {
        const step = readLine(line);
        if (step) byStep.set(step.step, step);
      }
      return [...byStep.values()].sort((a, b) => a.step - b.step);
    },
  };
}

/** Where the checkpoint of a run's stage is. */
export function checkpointPath(folder: string, stage: number): string {
  return join(folder, `checkpoint-${stage}.bin`);
}

/** What can be done about a checkpoint that a training refuses. */
export const BEGIN_ANEW = 'remove the file, and the same command begins anew; or name another --out';

/** The checkpoint of a run's stage, also of a run that is only read. */
export function checkpointOf(folder: string, stage: number): CheckpointStore {
  const path = checkpointPath(folder, stage);
  return {
    load: () => readFile(path).then((bytes) => new Uint8Array(bytes), ifMissing(undefined)),
    // A run that is killed here leaves the last whole checkpoint in place.
    save: (bytes) => writeWhole(path, bytes),
  };
}

/** A step; undefined for a line that a full disk or a kill left unfinished. */
function readLine(line: string): TrainingStep | undefined {
  try {
    return JSON.parse(line) as TrainingStep;
  } catch {
    return undefined;
  }
}

/** Takes a file that is not there for `value`; any other fault stays one. */
export function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
