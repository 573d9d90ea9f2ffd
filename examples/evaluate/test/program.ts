import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the program as `npm run build` does, into the package, where what stays outside the bundle is found.
 * @param name - of the test's own folder
 */
export async function buildProgram(name: string): Promise<string> {
  const outdir = join(import.meta.dirname, '../node_modules/.cache', name);
  await build({
    entryPoints: [join(import.meta.dirname, '../src/main.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    external: ['onnxruntime-node', '@clickseg/model-ct'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  });
  return join(outdir, 'main.mjs');
}

/** A program under test: what it says, and when it ends. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves once its standard error has the words. */
  says(words: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
  readonly said: () => string;
  /** On its standard output. */
  readonly printed: () => string;
}

/** Programs of one test file, so that none outlives it. */
export function createPrograms() {
  const running: Running[] = [];
  return {
    start(
      command: string,
      args: readonly string[],
      options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
    ): Running {
      const process = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      let printed = '';
      process.stdout?.on('data', (bytes) => {
        printed += bytes;
      });
      const waiting: { words: RegExp; done: () => void }[] = [];
      process.stderr?.on('data', (bytes) => {
        said += bytes;
        for (const { words, done } of waiting) if (words.test(said)) done();
      });
      const ended = new Promise<number | null>((resolve) => process.once('exit', resolve));
      const program: Running = {
        process,
        ended,
        said: () => said,
        printed: () => printed,
        says: (words) =>
          new Promise((done, fail) => {
            if (words.test(said)) done();
            waiting.push({ words, done });
            ended.then((code) => fail(new Error(`ended with ${code} before it said ${words}: ${said}`)));
          }),
      };
      running.push(program);
      return program;
    },
    async stop(): Promise<void> {
      for (const { process } of running) if (process.exitCode === null) process.kill('SIGKILL');
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
}

/** Every file of a report by name, in full. */
export function reportOf(out: string, report = 'report'): Record<string, string> {
  const folder = join(out, report);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  return Object.fromEntries(
    files
      .map((f) => [f.name, readFileSync(join(f.parentPath, f.name), 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
