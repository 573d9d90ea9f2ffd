import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildProgram, createPrograms, reportOf } from './program.ts';
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

describe.skipIf(!redisServer)('a queue on a real Redis', () => {
  let scratch: Awaited<ReturnType<typeof scratchFolder>>;
  let main: string;
  let port: number;
  let common: string[];
  const { start, stop } = createPrograms();
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
  beforeAll(async () => {
    scratch = await scratchFolder();
    const data = await writePhantoms(join(scratch.path, 'data'), 4);
    const model = await writeTinyModel(join(scratch.path, 'tiny.onnx'));
    common = ['--data', data, '--model', model];
    main = await buildProgram('evaluate-queue-test');
    const single = evaluate('run', ...common, ...FAST, '--out', join(scratch.path, 'single'));
    expect(await single.ended).toBe(0);
  }, 120_000);

  // Each its own, so that what one test leaves behind is no other's Redis.
  beforeEach(async () => {
    port = await freePort();
  });

  afterAll(async () => {
    await stop();
    await scratch.remove();
  });

  const interactionsOf = (out: string) =>
    readFileSync(join(scratch.path, out, 'interactions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((line) => 'method' in line)
      .map(({ ms: _, ...record }) => JSON.stringify(record))
      .sort();

  /** Three workers: one is killed with a chunk in its hands, then Redis, which comes back. */
  async function disturbed(out: string, redisArgs: readonly string[]): Promise<void> {
    let redis = startRedis(...redisArgs);
    const collector = evaluate('run', ...common, ...FAST, '--out', join(scratch.path, out), '--queue', url());
    // First, or on a busy machine the others have done all before it begins.
    const victim = worker();
    await victim.says(/begins/);
    victim.process.kill('SIGKILL');
    const others = [worker(), worker()];
    await Promise.any(others.map((w) => w.says(/chunk \d+: \d+ records/)));
    // A worker that finds no Redis at its start ends.
    await Promise.all(others.map((w) => w.says(/at work for redis/)));
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
    expect(reportOf(join(scratch.path, out))).toEqual(reportOf(join(scratch.path, 'single')));
    // Not one interaction lost, counted twice or other than the single process's; only its time may differ.
    expect(interactionsOf(out)).toEqual(interactionsOf('single'));
  }

  it('loses nothing with a worker killed and a Redis restarted that forgot everything', () =>
    disturbed('forgot', ['--appendonly', 'no']));

  it('loses nothing with a worker killed and a Redis restarted that kept its data', () =>
    disturbed('kept', ['--appendonly', 'yes', '--appendfsync', 'always']));

  it('says that no worker is there, takes a chunk back that a worker cannot do, and ends at a signal with its reason', async () => {
    const redis = startRedis('--appendonly', 'no');
    const out = join(scratch.path, 'alone');
    const collector = evaluate('run', ...common, ...FAST, '--out', out, '--queue', url());
    await collector.says(/no worker at redis:\/\/127\.0\.0\.1:\d+; waiting for one/);
    const other = await writeTinyModel(join(scratch.path, 'other.onnx'), 'other');
    const data = join(scratch.path, 'data');
    // As often as a chunk may fail, and once more.
    for (let n = 0; n < 4; n++) {
      const misfit = evaluate('worker', '--data', data, '--model', other, '--queue', url());
      expect(await misfit.ended).toBe(1);
      expect(misfit.said()).toMatch(/its data or model are not those of run/);
    }
    collector.process.kill('SIGINT');
    expect(await collector.ended).toBe(1);
    expect(collector.said()).toContain('stopped; the same command with --resume goes on');
    const again = evaluate('run', ...common, ...FAST, '--out', out, '--queue', url(), '--resume');
    const fit = worker();
    expect(await again.ended).toBe(0);
    fit.process.kill('SIGTERM');
    await fit.ended;
    redis.process.kill('SIGTERM');
    await redis.ended;
    expect(interactionsOf('alone')).toEqual(interactionsOf('single'));
  });

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

const FAST = ['--clicks', '1,4', '--methods', 'model,grow'];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
