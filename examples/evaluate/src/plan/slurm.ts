import { type PlannedJob, shardCommand } from './job.ts';

export interface SlurmOptions {
  /** As `--time` takes it. */
  readonly time: string;
  readonly memory: string;
}

export const SLURM_DEFAULTS = { time: '12:00:00', memory: '2G' } as const;

/** A job array: one task a shard. `sbatch` it; --requeue goes on where a task was stopped. */
export function slurmScript(job: PlannedJob, { time, memory }: SlurmOptions): string {
  return `#!/bin/sh
#SBATCH --job-name=${job.name}
#SBATCH --array=0-${job.shards - 1}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=${memory}
#SBATCH --time=${time}
#SBATCH --requeue
#SBATCH --output=${job.name}-%a.log
set -eu
exec ${shardCommand(job, 'SLURM_ARRAY_TASK_ID')}
`;
}
