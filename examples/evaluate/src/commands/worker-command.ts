import { type WorkOptions, workFromQueue } from '../queue/work.ts';
import { type MachineOptions, machineOf } from './common.ts';

export interface WorkerOptions extends MachineOptions {
  readonly queue: string;
  readonly lock?: number;
  readonly idle?: number;
}

/** Works for the runs of a queue until it is stopped. */
export async function workerCommand(options: WorkerOptions, signal?: AbortSignal): Promise<void> {
  const { queue, lock, idle } = options;
  const work: WorkOptions = {
    redis: queue,
    machine: machineOf(options),
    signal,
    idle,
    ...(lock === undefined ? {} : { lock }),
  };
  await workFromQueue(work);
}
