import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holding, LOCK } from '../src/run-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The number of a process that is gone. */
const gone = () => spawnSync(process.execPath, ['-e', '']).pid;
const lock = (text: string) => writeFile(join(folder, LOCK), text);
const enter = () => holding(folder, () => readdir(folder));

describe('the lock of a run folder', () => {
  it('names machine and process while it is at work, and is gone afterwards, also of work that failed or was stopped', async () => {
    const run = join(folder, 'run');
    const inside = async () => [await readdir(run), await readFile(join(run, LOCK), 'utf8')];
    expect(await holding(run, inside)).toEqual([[LOCK], `${hostname()} ${process.pid}\n`]);
    expect(await readdir(run)).toEqual([]);
    const stopped = holding(run, () => Promise.reject(new Error('stopped')));
    await expect(stopped).rejects.toThrow('stopped');
    expect(await readdir(run)).toEqual([]);
  });

  it('keeps out a second run, of this process or another, and says who is in', async () => {
    await expect(holding(folder, enter)).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining(`process ${process.pid} is at work in it`),
    });
    // The number alone is how earlier versions wrote it.
    for (const owner of [`${hostname()} ${process.ppid}\n`, `${process.ppid}\n`]) {
      await lock(owner);
      await expect(enter()).rejects.toThrow(`process ${process.ppid} is at work in it`);
      expect(await readdir(folder)).toEqual([LOCK]);
    }
  });

  it('lets one in of several that begin at once in one process', async () => {
    await lock(`${hostname()} ${process.pid}\n`);
    const all = await Promise.allSettled(Array.from({ length: 4 }, enter));
    // Whose it is, is the file system's to say.
    expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(await enter()).toEqual([LOCK]);
  });

  it('is not judged from another machine', async () => {
    await lock(`${hostname()}-2 ${gone()}\n`);
    await expect(enter()).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/of .*-2 is at work in it, or was; remove .*run\.lock if it is gone/),
    });
    expect(await readdir(folder)).toEqual([LOCK]);
  });

  it('is taken over from a process that is gone, with what that left half written', async () => {
    const halves = [
      'checkpoint-1.bin.0123abcd.new',
      'checkpoint-1.bin.new',
      'model.onnx.0123abcd.new',
      'a.onnx.new',
    ];
    for (const owner of [gone(), process.pid, `${hostname()} ${gone()}`, `${hostname()} ${process.pid}`]) {
      await lock(`${owner}\n`);
      for (const name of [...halves, 'checkpoint-1.bin']) await writeFile(join(folder, name), '');
      expect(await enter()).toEqual(['a.onnx.new', 'checkpoint-1.bin', LOCK]);
    }
  });

  it.each(['', '\n', '0', 'x y'])('is nobody’s where it holds %j', async (text) => {
    await lock(text);
    expect(await enter()).toEqual([LOCK]);
  });

  it('says what to remove where a takeover was killed', { timeout: 20_000 }, async () => {
    await lock('');
    await mkdir(join(folder, `${LOCK}.taking`));
    await expect(enter()).rejects.toThrow(/taking it over; remove .*run\.lock\.taking if there is none/);
  });

  it('of a process that is gone goes to one of two that begin at once', { timeout: 60_000 }, async () => {
    const program = join(folder, 'program.mjs');
    await build({
      stdin: {
        contents: `
          import { setTimeout } from 'node:timers/promises';
          import { holding } from './run-lock.ts';
          process.stdout.write('ready ');
          await new Promise((go) => process.stdin.once('data', go));
          await holding(process.argv[2], async () => {
            process.stdout.write('in ');
            await setTimeout(300);
          }).catch((error) => process.stdout.write(error.code));
          process.exit();`,
        resolveDir: join(import.meta.dirname, '../src'),
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    });
    const run = join(folder, 'run');
    await mkdir(run);
    for (let n = 0; n < 8; n++) {
      await writeFile(join(run, LOCK), n % 4 === 3 ? '' : `${hostname()} ${gone()}\n`);
      const two = [0, 1].map(() => {
        const child = spawn(process.execPath, [program, run], { stdio: ['pipe', 'pipe', 'inherit'] });
        const said: string[] = [];
        child.stdout.setEncoding('utf8').on('data', (text) => said.push(text));
        return { child, said, ready: once(child.stdout, 'data'), ended: once(child, 'close') };
      });
      await Promise.all(two.map(({ ready }) => ready));
      for (const { child } of two) child.stdin.write('go');
      await Promise.all(two.map(({ ended }) => ended));
      expect(two.map(({ said }) => said.join('')).sort()).toEqual(['ready in ', 'ready invalid-option']);
      expect(await readdir(run)).toEqual([]);
    }
  });
});
