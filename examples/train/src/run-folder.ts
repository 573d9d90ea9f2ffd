import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointStore, TrainingStep } from '@clickseg/train';
import { writeWhole } from './write-whole.ts';

/** A training run on disk: its checkpoints and its log. */
export interface RunFolder {
  /** The checkpoint of a stage, 1, 2, ... */
  checkpoint(stage: number): CheckpointStore;
  /** Appends a step to `log.jsonl`. */
  log(step: TrainingStep): Promise<void>;
  /** The steps logged so far, each once: a resumed run repeats those after its checkpoint. */
  steps(): Promise<TrainingStep[]>;
}

export async function openRun(folder: string): Promise<RunFolder> {
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'log.jsonl');
  return {
    checkpoint(stage) {
      const path = join(folder, `checkpoint-${stage}.bin`);
      return {
        load: () => readFile(path).then((bytes) => new Uint8Array(bytes), ifMissing(undefined)),
        // A run that is killed here leaves the last whole checkpoint in place.
        save: (bytes) => writeWhole(path, bytes),
      };
    },
    log: (step) => appendFile(log, `${JSON.stringify(step)}\n`),
    async steps() {
      const text = await readFile(log, 'utf8').catch(ifMissing(''));
      const byStep = new Map<number, TrainingStep>();
      for (const line of text.split('\n').filter(Boolean)) {
        const step = JSON.parse(line) as TrainingStep;
        byStep.set(step.step, step);
      }
      return [...byStep.values()].sort((a, b) => a.step - b.step);
    },
  };
}

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
