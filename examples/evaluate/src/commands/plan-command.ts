import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { type PlannedJob, quoted } from '../plan/job.ts';
import { KUBERNETES_DEFAULTS, kubernetesJob } from '../plan/kubernetes.ts';
import { SLURM_DEFAULTS, slurmScript } from '../plan/slurm.ts';

export interface PlanOptions {
  readonly shards: number;
  readonly name: string;
  readonly command: string;
  readonly to: string;
  readonly image?: string;
  readonly claim?: string;
  readonly mount?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly time?: string;
}

/** Writes a Slurm array script and, where an image is named, a Kubernetes Indexed Job. @returns the files */
export async function planCommand(args: readonly string[], options: PlanOptions): Promise<string[]> {
  const { shards, name, command, to, image, claim, memory } = options;
  if (!Number.isSafeInteger(shards) || shards < 1) {
    throw new ClicksegError('invalid-option', `plan: --shards ${shards} is not a whole number from 1`);
  }
  if (!/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/.test(name)) {
    throw new ClicksegError('invalid-option', `plan: --name ${name} is not a Kubernetes name (a-z, 0-9, -)`);
  }
  for (const taken of ['--shard', '--queue', '--resume']) {
    if (args.includes(taken))
      throw new ClicksegError('invalid-option', `plan: ${taken} is what the plan sets itself`);
  }
  if (image !== undefined && claim === undefined) {
    throw new ClicksegError(
      'invalid-option',
      'plan: --image needs --claim, a volume that every shard writes to',
    );
  }
  const job: PlannedJob = { name, shards, args, command };
  const files = new Map([
    [
      `${name}.slurm`,
      slurmScript(job, {
        time: options.time ?? SLURM_DEFAULTS.time,
        memory: memory ?? SLURM_DEFAULTS.memory,
      }),
    ],
  ]);
  if (image !== undefined && claim !== undefined) {
    const { mount = KUBERNETES_DEFAULTS.mount, cpu = KUBERNETES_DEFAULTS.cpu } = options;
    files.set(
      `${name}.yaml`,
      kubernetesJob(job, { image, claim, mount, cpu, memory: memory ?? KUBERNETES_DEFAULTS.memory }),
    );
  }
  await mkdir(to, { recursive: true });
  for (const [file, text] of files) await writeFile(join(to, file), text);
  const out = args[args.indexOf('--out') + 1] ?? 'out';
  console.error(`then: ${command} merge ${quoted(args.includes('--out') ? out : 'out')}`);
  return [...files.keys()].map((file) => join(to, file));
}
