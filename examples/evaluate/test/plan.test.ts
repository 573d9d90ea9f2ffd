import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planCommand } from '../src/commands/plan-command.ts';
import { scratchFolder } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let stub: string;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  scratch = await scratchFolder();
  // Prints its arguments, one a line, in evaluate's place.
  stub = join(scratch.path, 'evaluate');
  writeFileSync(stub, '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n');
  chmodSync(stub, 0o755);
});
afterAll(() => scratch.remove());

const ARGS = ['--data', '/data/set one', '--title', "O'Neill's $HOME", '--out', '/results'];
const plan = (rest = {}) =>
  planCommand(ARGS, { shards: 3, name: 'liver', command: stub, to: scratch.path, ...rest });
const told = (index: number) => ['run', ...ARGS, '--resume', '--shard', `${index + 1}/3`];

describe('a plan', () => {
  it('makes a Slurm array whose tasks run every shard, words untouched by the shell', async () => {
    const [file] = await plan();
    const script = readFileSync(file, 'utf8');
    expect(script).toContain('#SBATCH --array=0-2\n');
    for (const index of [0, 2]) {
      const env = { ...process.env, SLURM_ARRAY_TASK_ID: String(index) };
      expect(execFileSync('sh', [file], { env, encoding: 'utf8' }).trim().split('\n')).toEqual(told(index));
    }
  });

  it('makes an Indexed Job whose pods run every shard', async () => {
    const [, file] = await plan({ image: 'registry/clickseg:1', claim: 'scratch' });
    const yaml = readFileSync(file, 'utf8');
    expect(yaml).toMatch(/completionMode: Indexed\n {2}completions: 3\n {2}parallelism: 3\n/);
    expect(yaml).not.toContain('\t');
    // A YAML double-quoted string without control characters is a JSON one.
    const shell = JSON.parse(/args:\n\s+- (".*")\n/.exec(yaml)?.[1] ?? '');
    const env = { ...process.env, JOB_COMPLETION_INDEX: '1' };
    expect(execFileSync('/bin/sh', ['-c', shell], { env, encoding: 'utf8' }).trim().split('\n')).toEqual(
      told(1),
    );
  });

  it('refuses what would not run', async () => {
    await expect(plan({ shards: 0 })).rejects.toThrow(/--shards 0/);
    await expect(plan({ name: 'Liver_1' })).rejects.toThrow(/Liver_1/);
    await expect(plan({ image: 'x' })).rejects.toThrow(/--claim/);
    for (const taken of [['--shard', '1/2'], ['--shard=1/2'], ['--queue=redis://host'], ['--resume']]) {
      const [name] = taken[0].split('=');
      await expect(
        planCommand(taken, { shards: 2, name: 'a', command: 'e', to: scratch.path }),
      ).rejects.toThrow(`plan: ${name} is what the plan sets itself`);
    }
  });
});
