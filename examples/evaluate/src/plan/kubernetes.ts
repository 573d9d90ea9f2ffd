import { type PlannedJob, shardCommand } from './job.ts';

export interface KubernetesOptions {
  /** With Node, this program, the data and the model in it or mounted. */
  readonly image: string;
  /** Claim of the volume that all shards write to, mounted at `mount`. */
  readonly claim: string;
  readonly mount: string;
  readonly cpu: string;
  readonly memory: string;
}

export const KUBERNETES_DEFAULTS = { mount: '/work', cpu: '1', memory: '2Gi' } as const;

/** An Indexed Job: one pod a shard, each started again up to three times. */
export function kubernetesJob(job: PlannedJob, options: KubernetesOptions): string {
  const { image, claim, mount, cpu, memory } = options;
  const text = JSON.stringify;
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${job.name}
spec:
  completionMode: Indexed
  completions: ${job.shards}
  parallelism: ${job.shards}
  backoffLimitPerIndex: 3
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: evaluate
          image: ${text(image)}
          workingDir: ${text(mount)}
          command: ["/bin/sh", "-c"]
          args:
            - ${text(`exec ${shardCommand(job, 'JOB_COMPLETION_INDEX')}`)}
          resources:
            requests: { cpu: ${text(cpu)}, memory: ${text(memory)} }
            limits: { memory: ${text(memory)} }
          volumeMounts:
            - { name: work, mountPath: ${text(mount)} }
      volumes:
        - name: work
          persistentVolumeClaim: { claimName: ${text(claim)} }
`;
}
