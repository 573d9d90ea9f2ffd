import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureWords } from '../src/queue/failure-words.ts';
import { announce, announcedRuns, queueName, queueOf, removeOldRuns } from '../src/queue/runs.ts';
import type { RecordHeader } from '../src/run/record.ts';
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
  const worker = () => evaluate('worker', ...common, '--queue', url(), '--lock', '5');
  const collect = (out: string, ...args: string[]) =>
    evaluate('run', ...common, ...FAST, '--out', join(scratch.path, out), '--queue', url(), ...args);
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
    const collector = collect(out);
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

  it('lets no run stand in the way of another, whose workers it does not fit, and leaves nothing in Redis', async () => {
    startRedis();
    const alone = collect('alone');
    await alone.says(/no worker at redis:\/\/127\.0\.0\.1:\d+ with the data and models of this run; waiting/);
    const model = await writeTinyModel(join(scratch.path, 'other.onnx'), 'other');
    const data = join(scratch.path, 'data');
    const other = evaluate('worker', '--data', data, '--model', model, '--queue', url());
    await other.says(/^run \w{12} is not for this worker: they differ in model tiny .* and other /m);
    const fitting = ['--data', data, '--model', model, ...FAST, '--queue', url()];
    const second = evaluate('run', ...fitting, '--out', join(scratch.path, 'second'));
    expect(await second.ended).toBe(0);
    expect(other.process.exitCode).toBeNull();
    alone.process.kill('SIGINT');
    expect(await alone.ended).toBe(1);
    expect(alone.said()).toContain('stopped; the same command with --resume goes on');
    const redis = new Redis(port);
    // Chunks that nobody has begun went with their run: no list of waiting ones is left.
    expect(await redis.keys('bull:*:wait')).toEqual([]);
    const again = collect('alone', '--resume');
    const fit = worker();
    expect(await again.ended).toBe(0);
    expect(interactionsOf('alone')).toEqual(interactionsOf('single'));
    fit.process.kill('SIGTERM');
    other.process.kill('SIGTERM');
    expect(await Promise.all([fit.ended, other.ended])).toEqual([0, 0]);
    expect(await redis.keys('*')).toEqual([]);
    redis.disconnect();
  });

  it('takes a chunk back from a worker whose folder goes away, and leaves nothing out', async () => {
    startRedis();
    const folder = join(scratch.path, 'goes');
    cpSync(join(scratch.path, 'data'), folder, { recursive: true });
    const collector = collect('lost');
    const sick = evaluate('worker', '--data', folder, ...common.slice(2), '--queue', url());
    await sick.says(/chunk \d+: begins/);
    renameSync(folder, `${folder} away`);
    expect(await sick.ended).toBe(1);
    expect(sick.said()).toMatch(/chunk \d+: given back\n.*phantom_\d can no longer be read as it was listed/);
    const fit = worker();
    expect(await collector.ended).toBe(0);
    fit.process.kill('SIGTERM');
    await fit.ended;
    expect(interactionsOf('lost')).toEqual(interactionsOf('single'));
  });

  it('ends at the first signal while Redis is away', async () => {
    const redis = startRedis();
    const collector = collect('away', '--clicks', '1,60');
    const [busy, leaving] = [worker(), worker()];
    await Promise.all([busy.says(/begins/), leaving.says(/begins/)]);
    leaving.process.kill('SIGTERM');
    await leaving.says(/stopping after chunk \d+/);
    redis.process.kill('SIGKILL');
    expect(await leaving.ended).toBe(0);
    // Until each waits for what a command to Redis answers: a look at the queue, an answer that is handed over.
    await Promise.all([collector, busy].map((program) => program.says(/Redis is away/)));
    await busy.says(/chunk \d+: \d+ records/);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const { process } of [collector, busy]) process.kill('SIGTERM');
    expect(await Promise.all([collector.ended, busy.ended])).toEqual([1, 0]);
  }, 20_000);

  it('refuses answers that are no records, asks again, and ends in the end', async () => {
    startRedis();
    const collector = collect('forged');
    await collector.says(/no worker/);
    const redis = new Redis(port, { maxRetriesPerRequest: null });
    const [{ header }] = await announcedRuns(redis);
    const forged = { ...RECORD, image: 'phantom_0', group: 'phantom_open', dice: [2] };
    const forger = new Worker(queueName(header.run), async () => [forged], { connection: redis });
    expect(await collector.ended).toBe(1);
    await forger.close();
    redis.disconnect();
    expect(collector.said()).toMatch(
      /the answer for chunk \d+ is refused: line 1: dice \[2\] is not .*; it is asked for again/,
    );
    expect(collector.said()).toMatch(/dice \[2\] is not .*, 3 times now; what is recorded is kept/);
    expect(interactionsOf('forged')).toEqual([]);
  });

  it('tells at once that Redis refuses the password, and takes it from the environment', async () => {
    startRedis('--requirepass', 'se%cret');
    const env = (password: string) => ({ ...process.env, CLICKSEG_REDIS_PASSWORD: password });
    const given = ['worker', ...common, '--queue', url()];
    const as = (password: string, ...args: string[]) =>
      start(process.execPath, [main, ...given, ...args], { env: env(password) });
    for (const [password, words] of [
      ['', 'NOAUTH'],
      ['wrong', 'WRONGPASS'],
    ]) {
      const out = as(password);
      expect(await out.ended).toBe(1);
      expect(out.said()).toMatch(
        new RegExp(`^evaluate: Redis at ${url()} refuses name or password \\(${words}`),
      );
    }
    const inside = as('se%cret', '--idle', '0.1');
    expect(await inside.ended, inside.said()).toBe(0);
    expect(inside.said()).toContain(`no run at ${url()} for these data and models; waiting for one`);
  });

  it('ends where Redis comes back with a password that it does not have', async () => {
    const redis = startRedis();
    const waiting = [collect('locked-out', '--clicks', '1,300'), worker()];
    await waiting[1].says(/begins/);
    redis.process.kill('SIGKILL');
    await Promise.all(waiting.map((program) => program.says(/Redis is away/)));
    startRedis('--requirepass', 'secret');
    expect(await Promise.all(waiting.map(({ ended }) => ended))).toEqual([1, 1]);
    for (const program of waiting) expect(program.said()).toMatch(/refuses name or password \(NOAUTH/);
  });

  it('removes what a run left behind whose coordinator was not seen for a week, and no other', async () => {
    startRedis();
    const redis = new Redis(port, { maxRetriesPerRequest: null });
    for (const run of ['old', 'new']) {
      await queueOf(redis, run).add('chunk', { chunk: 0 });
      await announce(redis, { header: { format: 1, run } as RecordHeader, waiting: 1 });
    }
    const week = 7 * 24 * 3600 * 1000;
    await redis.zincrby('clickseg-evaluate:runs', -week - 1000, 'old');
    await removeOldRuns(redis);
    const keys = (await redis.keys('*')).filter((key) => !/:(runs|meta|events|marker)$/.test(key));
    expect(keys.sort()).toEqual([
      'bull:clickseg-evaluate-new:1',
      'bull:clickseg-evaluate-new:id',
      'bull:clickseg-evaluate-new:wait',
      'clickseg-evaluate:run:new',
    ]);
    redis.disconnect();
  });

  it('says of a chunk whose workers die that they did, and how often', async () => {
    startRedis();
    const redis = new Redis(port, { maxRetriesPerRequest: null });
    const queue = queueOf(redis, 'deadly');
    const job = await queue.add('chunk', { chunk: 0 }, { attempts: 3 });
    const name = queueName('deadly');
    const brief = { connection: redis, lockDuration: 300, stalledInterval: 300, maxStalledCount: 0 };
    const dying = new Worker(name, () => new Promise(() => {}), { ...brief, skipLockRenewal: true });
    const next = new Worker(name, null, brief);
    dying.on('error', () => {});
    await next.startStalledCheckTimer();
    await vi.waitFor(async () => expect((await queue.getJob(job.id!))?.stalledCounter).toBe(1), 5000);
    await dying.close(true);
    const heir = new Worker(name, async () => [], brief);
    const failed = await vi.waitFor(async () => {
      const [found] = await queue.getFailed();
      expect(found).toBeDefined();
      return found;
    }, 5000);
    expect(failureWords(failed)).toBe('its worker died 1 times');
    await Promise.all([next.close(), heir.close()]);
    redis.disconnect();
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

const RECORD = {
  ...{ slice: 0, structure: 'liver', id: 5, patient: 'p0', method: 'tiny', seed: 1, area: 9 },
  ...{ clicks: [[1, 1, 1]], hausdorff: [1, 1], meanDistance: [1, 1], surfaceDice: [1, 1], ms: 1 },
};

const FAST = ['--clicks', '1,4', '--methods', 'model,grow'];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
