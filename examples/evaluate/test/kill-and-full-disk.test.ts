import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildProgram, createPrograms, reportOf } from './program.ts';
import { scratchFolder, writePhantoms, writeTinyModel } from './support.ts';

/** Whether a file system of its own can be made here: root, or a kernel that lets anyone be root of a namespace. */
const canMount = (() => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();
if (!canMount) console.log('full disk: skipped, no file system can be mounted here (unshare -rm)');

const { start, stop } = createPrograms();
let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let main: string;
let common: string[];
const at = (name: string) => join(scratch.path, name);
const evaluate = (...args: string[]) => start(process.execPath, [main, 'run', ...common, ...args]);
const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);

beforeAll(async () => {
  scratch = await scratchFolder();
  const data = await writePhantoms(at('data'), 4);
  const model = await writeTinyModel(at('tiny.onnx'));
  common = ['--data', data, '--model', model, '--clicks', '1,4', '--methods', 'model,grow'];
  main = await buildProgram('evaluate-kill-test');
  expect(await evaluate('--out', at('whole')).ended).toBe(0);
}, 120_000);
afterAll(async () => {
  await stop();
  await scratch.remove();
});

it('a run killed with SIGKILL goes on with --resume and ends in the same report', async () => {
  const path = join(at('killed'), 'interactions.jsonl');
  const all = linesOf(join(at('whole'), 'interactions.jsonl'));
  const killed = evaluate('--out', at('killed'));
  while (linesOf(path) < all / 3) await new Promise((resolve) => setTimeout(resolve, 5));
  killed.process.kill('SIGKILL');
  expect(await killed.ended).toBeNull();
  const before = readFileSync(path, 'utf8');
  expect(before.split('\n').length).toBeLessThan(all);
  expect(existsSync(join(at('killed'), 'report'))).toBe(false);
  const resumed = evaluate('--out', at('killed'), '--resume');
  expect(await resumed.ended).toBe(0);
  // What was finished stands as it was, times and all: it was not done again.
  const whole = before.slice(0, before.lastIndexOf('\n') + 1);
  expect(readFileSync(path, 'utf8').startsWith(whole)).toBe(true);
  expect(reportOf(at('killed'))).toEqual(reportOf(at('whole')));
});

it.skipIf(!canMount)(
  'a real full disk: the run goes on, the report says what is missing, and --resume mends it',
  async () => {
    const disk = at('disk');
    mkdirSync(disk);
    // The records fill a disk of 24 kB, which is mounted for these programs alone; the report goes beside it.
    const shell = (...commands: string[]) =>
      start('unshare', [
        '-rm',
        'sh',
        '-c',
        ['set -u', `mount -t tmpfs -o size=24k none ${disk}`, ...commands].join('\n'),
      ]);
    const run = [process.execPath, main, 'run', ...common, '--no-gallery', '--out', disk];
    const full = shell(
      `${[...run, '--report', at('full')].join(' ')}; first=$?`,
      `mount -o remount,size=10m ${disk}`,
      `${[...run, '--report', at('mended'), '--resume'].join(' ')}; second=$?`,
      'exit $((10 * first + second))',
    );
    // First 2: something is missing. Then 0: nothing is.
    expect(await full.ended, full.said()).toBe(20);
    expect(full.said()).toMatch(/the disk is full \(ENOSPC.*; going on/);
    expect(full.said()).toMatch(/\d+ lines were not saved/);
    expect(reportOf(at('full'), '')['left-out.csv']).toMatch(/not finished: \d+ of \d+ parts of the run/);
    const once = start(process.execPath, [main, 'merge', at('whole'), '--no-gallery', '--out', at('again')]);
    expect(await once.ended).toBe(0);
    expect(reportOf(at('mended'), '')).toEqual(reportOf(at('again')));
  },
);

it.skipIf(!canMount)('says so in words where not even the report fits on the disk', async () => {
  const disk = at('small');
  mkdirSync(disk);
  const run = [process.execPath, main, 'run', ...common, '--no-gallery', '--out', disk].join(' ');
  const full = start('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=24k none ${disk} && ${run}`]);
  expect(await full.ended).toBe(1);
  expect(full.said()).toMatch(/the report could not be written \(ENOSPC.*free some space and --resume/);
  expect(full.said()).not.toMatch(/^\s+at /m);
});
