import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClicksegError } from '@clickseg/raster';
import { type PlannedJob, quoted } from '../plan/job.ts';
import { KUBERNETES_DEFAULTS, kubernetesJob } from '../plan/kubernetes.ts';
import { SLURM_DEFAULTS, slurmScript } from '../plan/slurm.ts';
import { makeFolder } from '../run/make-folder.ts';

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
    if (args.some((word) => word.split('=', 1)[0] === taken))
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
  await makeFolder(to, 'plan: --to');
  for (const [file, text] of files) await writeFile(join(to, file), text);
  console.error(`then: ${command} ${mergeWords(args).map(quoted).join(' ')}`);
  return [...files.keys()].map((file) => join(to, file));
}

// Of evaluate's options those that a merge has too, each with the value that follows it or stands behind its =.
const OF_MERGE = ['--data', '--model', '--remote', '--report', '--unseen', '--title'];

/** The merge of what the planned shards record. */
function mergeWords(args: readonly string[]): string[] {
  const given = (name: string) => {
    const at = args.indexOf(name);
    return at >= 0 ? args[at + 1] : args.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  };
  const out = given('--out') ?? 'out';
  const kept = args.flatMap((word, at) => {
    const [name] = word.split('=', 1);
    if (!OF_MERGE.includes(name)) return [];
    return name === word ? args.slice(at, at + 2) : [word];
  });
  return ['merge', out, '--out', out, ...kept, ...(args.includes('--no-gallery') ? ['--no-gallery'] : [])];
}
