import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOutFolder } from '@clickseg/example-dataset/node';
import type { ClicksegError } from '@clickseg/raster';
import type { CheckpointStore, TrainingStep } from '@clickseg/train';
import { readIfThere, readTextIfThere } from './read-if-there.ts';
import { unwritable, writeWhole } from './write-whole.ts';

/** A training run on disk: its checkpoints and its log. */
export interface RunFolder {
  /**
   * The checkpoint of a stage, 1, 2, ... One that cannot be written is no reason to lose a training either: that is said once, and
   * the next takes its place.
   */
  checkpoint(stage: number): CheckpointStore;
  /** The newest checkpoint of every stage is in its file. @throws ClicksegError `invalid-file` where it could not be written to the end */
  saved(): Promise<void>;
  /**
   * Appends a step to `log.jsonl`, after those before it. A log that cannot be written is no reason to lose a training: that is said
   * once, and with every step what is missing is tried again.
   */
  log(step: TrainingStep): void;
  /** All that is logged is in the file. @throws ClicksegError `invalid-file` where it could not be written to the end */
  logged(): Promise<void>;
  /** The steps logged so far, each once: a resumed run repeats those after its checkpoint. */
  steps(): Promise<TrainingStep[]>;
}

export async function openRun(folder: string): Promise<RunFolder> {
  await makeOutFolder(folder);
  const log = join(folder, 'log.jsonl');
  /** Checkpoints that could not be written yet. */
  const unsaved = new Map<number, Uint8Array>();
  /** Lines that are not in the file. */
  const waiting: string[] = [];
  let written = Promise.resolve();
  let fault: ClicksegError | undefined;
  let endsWithNewline = false;
  /** Appends all that waits; what it cannot be written for becomes the fault. */
  const append = async () => {
    const count = waiting.length;
    if (count === 0) return;
    try {
      // A run that was cut off in the middle of a line begins a new one; only where it goes on, not where it is read.
      const begin = endsWithNewline || (await isLineEnded(log)) ? '' : '\n';
      endsWithNewline = false;
      await appendFile(log, begin + waiting.slice(0, count).join(''));
      waiting.splice(0, count);
      endsWithNewline = true;
      fault = undefined;
    } catch (cause) {
      fault = unwritable(log, cause);
    }
  };
  const appendOrWarn = async () => {
    const before = fault;
    await append();
    if (fault && !before) console.error(`warning: ${fault.message}; training goes on`);
  };
  return {
    checkpoint(stage) {
      const store = checkpointOf(folder, stage);
      return {
        ...store,
        async save(bytes) {
          try {
            await store.save(bytes);
            unsaved.delete(stage);
          } catch (cause) {
            const until = 'until one can be, a stop goes back to the last';
            if (!unsaved.has(stage)) console.error(`warning: ${(cause as Error).message}; ${until}`);
            unsaved.set(stage, bytes);
          }
        },
      };
    },
    async saved() {
      for (const [stage, bytes] of unsaved) {
        await checkpointOf(folder, stage).save(bytes);
        unsaved.delete(stage);
      }
    },
    log(step) {
      waiting.push(`${JSON.stringify(step)}\n`);
      written = written.then(appendOrWarn);
    },
    async logged() {
      await written;
      await append();
      if (fault) throw fault;
    },
    async steps() {
      const text = ((await readTextIfThere(log)) ?? '').split('\n');
      const byStep = new Map<number, TrainingStep>();
      for (const line of [...text, ...waiting].filter(Boolean)) {
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
    load: () => readIfThere(path),
    // A run that is killed here leaves the last whole checkpoint in place.
    save: (bytes) => writeWhole(path, bytes),
  };
}

/** Whether nothing was left in the middle of a line, by the file's last byte: a long run's log is many megabytes. */
async function isLineEnded(path: string): Promise<boolean> {
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    if (size === 0) return true;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer.toString() === '\n';
  } finally {
    await file.close();
  }
}

/** A step; undefined for a line that a full disk or a kill left unfinished. */
function readLine(line: string): TrainingStep | undefined {
  try {
    return JSON.parse(line) as TrainingStep;
  } catch {
    return undefined;
  }
}
