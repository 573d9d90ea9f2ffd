import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder, writePhantoms, writeTinyModel } from './support.ts';

const redisServer = (() => {
  try {
    return execFileSync('which', ['redis-server'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
})();
if (!redisServer)
  console.log('queue: skipped, no redis-server on this machine (apt-get install redis-server)');

/** A program under test: what it says, and when it ends. */
interface Running {
  readonly process: ChildProcess;
  /** Resolves once its standard error has the words. */
  says(words: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
  readonly said: () => string;
}

describe.skipIf(!redisServer)('a queue on a real Redis', () => {
  let scratch: Awaited<ReturnType<typeof scratchFolder>>;
  let main: string;
  let port: number;
  let common: string[];
  const running: Running[] = [];

  const start = (command: string, args: readonly string[]): Running => {
    const process = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
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
      says: (words) =>
        new Promise((done, fail) => {
          if (words.test(said)) done();
          waiting.push({ words, done });
          ended.then((code) => fail(new Error(`ended with ${code} before it said ${words}: ${said}`)));
        }),
    };
    running.push(program);
    return program;
  };
  const evaluate = (...args: string[]) => start(process.execPath, [main, ...args]);
  const startRedis = (...args: string[]) => {
    const folder = join(scratch.path, 'redis');
    mkdirSync(folder, { recursive: true });
    return start(redisServer as string, [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      ...args,
    ]);
  };
  const url = () => `redis://127.0.0.1:${port}`;
  const worker = () => evaluate('worker', ...common, '--queue', url(), '--lock', '2');
  const reportOf = (out: string) => {
    const folder = join(scratch.path, out, 'report');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
    return Object.fromEntries(files.map((f) => [f.name, readFileSync(join(f.parentPath, f.name), 'utf8')]));
  };

  beforeAll(async () => {
    scratch = await scratchFolder();
    const data = await writePhantoms(join(scratch.path, 'data'), 4);
    const model = await writeTinyModel(join(scratch.path, 'tiny.onnx'));
    common = ['--data', data, '--model', model];
    // Inside the package, where what stays outside the bundle is found.
    main = join(import.meta.dirname, '../node_modules/.cache/evaluate-test/main.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, '../src/main.ts')],
      outdir: dirname(main),
      outExtension: { '.js': '.mjs' },
      splitting: true,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      external: ['onnxruntime-node', '@clickseg/model-ct'],
      banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    });
    port = await freePort();
    const single = evaluate('run', ...common, ...FAST, '--out', join(scratch.path, 'single'));
    expect(await single.ended).toBe(0);
  }, 120_000);

  afterAll(async () => {
    for (const { process } of running) if (process.exitCode === null) process.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    await scratch.remove();
  });

  /** Three workers: one is killed with a chunk in its hands, then Redis, which comes back. */
  async function disturbed(out: string, redisArgs: readonly string[]): Promise<void> {
    let redis = startRedis(...redisArgs);
    const collector = evaluate('run', ...common, ...FAST, '--out', join(scratch.path, out), '--queue', url());
    const workers = [worker(), worker(), worker()];
    const [victim, ...others] = workers;
    await victim.says(/begins/);
    victim.process.kill('SIGKILL');
    await Promise.any(others.map((w) => w.says(/chunk \d+: \d+ records/)));
    redis.process.kill('SIGKILL');
    await redis.ended;
    await collector.says(/Redis is away/);
    redis = startRedis(...redisArgs);
    expect(await collector.ended).toBe(0);
    expect(victim.said()).not.toMatch(/records in/);
    for (const { process } of others) process.kill('SIGTERM');
    expect(await Promise.all(others.map(({ ended }) => ended))).toEqual([0, 0]);
    redis.process.kill('SIGTERM');
    await redis.ended;
    expect(reportOf(out)).toEqual(reportOf('single'));
    const keys = readFileSync(join(scratch.path, out, 'interactions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((line) => 'method' in line)
      .map((r) => `${r.image} ${r.slice} ${r.structure} ${r.method}`);
    expect(new Set(keys).size).toBe(keys.length);
  }

  it('loses nothing with a worker killed and a Redis restarted that forgot everything', () =>
    disturbed('forgot', ['--appendonly', 'no']));

  it('loses nothing with a worker killed and a Redis restarted that kept its data', () =>
    disturbed('kept', ['--appendonly', 'yes', '--appendfsync', 'always']));

  it('says that there is no Redis', async () => {
    const lost = evaluate(
      'run',
      ...common,
      ...FAST,
      '--out',
      join(scratch.path, 'none'),
      '--queue',
      'redis://127.0.0.1:1',
    );
    expect(await lost.ended).toBe(1);
    expect(lost.said()).toMatch(/no Redis at redis:\/\/127\.0\.0\.1:1/);
  });
});

const FAST = ['--clicks', '1,4', '--methods', 'model,grow', '--no-gallery'];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
