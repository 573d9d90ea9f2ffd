import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, createPrograms, reportOf } from './program.ts';
import { scratchFolder, writePhantoms } from './support.ts';

const { start, stop } = createPrograms();
let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let main: string;
const at = (name: string) => join(scratch.path, name);
/** Runs it where no data folder is found by itself; `CLICKSEG_DATA` as given. */
const evaluate = (args: readonly string[], { data = '', cwd = scratch.path } = {}) =>
  start(process.execPath, [main, ...args], { cwd, env: { ...process.env, CLICKSEG_DATA: data } });
/** The code that a command ends with, and what it said. */
async function ended(args: readonly string[], where = {}): Promise<[number | null, string]> {
  const program = evaluate(args, where);
  const code = await program.ended;
  return [code, program.said().trim()];
}
const DISK = ['--methods', 'disk', '--clicks', '1,2', '--no-gallery'];

beforeAll(async () => {
  scratch = await scratchFolder();
  await writePhantoms(at('data'), 2);
  mkdirSync(at('pairs'));
  for (const part of ['img', 'lab']) {
    const bytes = readFileSync(join(at('data'), `phantom_0_${part}.nii`));
    writeFileSync(join(at('pairs'), `p.0_${part}.nii`), bytes);
  }
  writeFileSync(join(at('pairs'), 'torn_img.nii'), 'none');
  writeFileSync(at('a-file'), '');
  main = await buildProgram('evaluate-command-line-test');
}, 60_000);
afterAll(async () => {
  await stop();
  await scratch.remove();
});

describe('the data folder', () => {
  it('that is not named, or not there, is told in words', async () => {
    expect(await ended([])).toEqual([1, 'evaluate: no data folder; name one with --data or CLICKSEG_DATA']);
    expect(await ended(['--data', 'nowhere'])).toEqual([1, 'evaluate: --data nowhere does not exist']);
    expect(await ended([], { data: 'nowhere' })).toEqual([
      1,
      'evaluate: CLICKSEG_DATA=nowhere does not exist',
    ]);
  });

  it('may be one without an index, by CLICKSEG_DATA or as the folder that one is in', async () => {
    const [code, said] = await ended([...DISK, '--out', at('by-env')], { data: at('pairs') });
    // The image that is none is left out.
    expect(said).toContain('left out: 1 whole image (how many structures is not known)');
    // Told before the first structure.
    expect(said).toMatch(/^left out: torn: torn_img\.nii: not a NIfTI file\n/);
    expect(code).toBe(2);
    expect((await ended([...DISK, '--data', '.', '--out', at('dot')], { cwd: at('pairs') }))[0]).toBe(2);
    expect(reportOf(at('dot'))).toEqual(reportOf(at('by-env')));
    // By its name in the folder, dots and all.
    expect(reportOf(at('dot'))['left-out.csv']).toMatch(/torn,not known,torn_img\.nii: not a NIfTI file/);
  });
});

describe('a command line', () => {
  it('shows where the options of an evaluation are', async () => {
    const help = evaluate(['--help']);
    expect(await help.ended).toBe(0);
    expect(help.printed()).toContain('Its options: `run --help`.');
  });

  it('of numbers that are none is refused with them', async () => {
    const queue = ['--queue', 'redis://127.0.0.1:1'];
    for (const [args, words] of [
      [['--limit', '0'], "'--limit <n>' argument '0' is invalid. It is no whole number from 1"],
      [['--threads', '1.5'], "'--threads <n>' argument '1.5'"],
      [['--tolerance', '-1'], "'--tolerance <mm>' argument '-1' is invalid. It is no number above 0"],
      [['worker', ...queue, '--lock', 'abc'], "'--lock <seconds>' argument 'abc'"],
      [
        ['worker', ...queue, '--lock', '4.9'],
        "'--lock <seconds>' argument '4.9' is invalid. It is less than 5.",
      ],
      [['worker', ...queue, '--idle', 'abc'], "'--idle <seconds>' argument 'abc'"],
      [['replay', '.', '--sample', ''], "'--sample <n>' argument ''"],
      [['plan', '--shards', '2x'], "'--shards <n>' argument '2x'"],
      [['--data', at('data'), '--clicks', '1,x'], '--clicks 1,x must be whole numbers that ascend'],
    ] as const) {
      const [code, said] = await ended(args);
      expect(said).toContain(words);
      expect(code).toBe(1);
    }
  });

  it('of words that are none is refused', async () => {
    for (const [args, words] of [
      [['--title', ' '], "'--title <words>' argument ' ' is invalid. It has no words."],
      [['--data', at('data'), '--groups', ' ,'], '--groups "" names none'],
    ] as const) {
      const [code, said] = await ended([...DISK, '--out', at('no-words'), ...args]);
      expect(said).toContain(words);
      expect(code).toBe(1);
    }
    expect(existsSync(at('no-words'))).toBe(false);
  });

  it('of folders that cannot be is told in words', async () => {
    for (const [args, words] of [
      [[...DISK, '--data', at('data'), '--out', at('a-file')], /^evaluate: --out .*a-file: EEXIST/],
      [
        [...DISK, '--data', at('data'), '--out', join(at('a-file'), 'x')],
        /^evaluate: --out .*a-file\/x: ENOTDIR/,
      ],
      [
        [...DISK, '--data', at('data'), '--out', at('fine'), '--report', at('a-file')],
        /^evaluate: --report .*a-file: EEXIST/,
      ],
      [['plan', '--shards', '2', '--to', at('a-file')], /^plan: --to .*a-file: EEXIST/],
    ] as const) {
      const [code, said] = await ended(args);
      expect(said).toMatch(words);
      expect(said).not.toMatch(/^\s+at /m);
      expect(code).toBe(1);
    }
    // Refused before anything was recorded or made.
    expect(existsSync(at('fine'))).toBe(false);
  });

  it('of a folder with records, or of a split of what has none, is refused before any image is opened', async () => {
    mkdirSync(at('recorded'));
    writeFileSync(join(at('recorded'), 'interactions.jsonl'), '');
    const given = [...DISK, '--data', at('pairs'), '--out', at('recorded')];
    const [code, said] = await ended(given);
    // An image is torn, which would have been said first.
    expect(said).toMatch(/^evaluate: .*interactions\.jsonl has records; --resume goes on with them$/);
    expect(code).toBe(1);
    const [, split] = await ended([...DISK, '--data', at('pairs'), '--out', at('none'), '--split', 'val']);
    expect(split).toBe(
      `evaluate: --split val: ${at('pairs')} has no index.json, which alone knows splits; leave it out, or write one`,
    );
  });

  it('whose report fails says that the records are kept, and how they are reported', async () => {
    const out = at('kept records');
    mkdirSync(join(out, 'report'), { recursive: true });
    writeFileSync(join(out, 'report', 'tables'), '');
    const [code, said] = await ended([...DISK, '--data', at('data'), '--out', out]);
    expect(code).toBe(1);
    const [, line] =
      /^the report failed; the records are kept in .*interactions\.jsonl, and reported by node dist\/main\.js (.*)$/m.exec(
        said,
      ) ?? [];
    unlinkSync(join(out, 'report', 'tables'));
    const shell = start('sh', ['-c', `${process.execPath} ${main} ${line}`], { cwd: scratch.path });
    expect(await shell.ended, shell.said()).toBe(0);
    expect(existsSync(join(out, 'report', 'report.html'))).toBe(true);
  });
});

it('a plan of words that are none is refused', async () => {
  for (const option of ['--time', '--memory', '--cpu', '--mount', '--image', '--claim', '--command']) {
    const [code, said] = await ended(['plan', '--shards', '2', '--to', at('no-plan'), option, '']);
    expect(said).toContain(`'${option} <`);
    expect(said).toContain('It has no words.');
    expect(code).toBe(1);
  }
});

it('whoever listens may go away: the run goes on, and writes its report', async () => {
  const run = evaluate([...DISK, '--data', at('data'), '--out', at('unheard')]);
  run.process.stderr?.destroy();
  run.process.stdout?.destroy();
  expect(await run.ended).toBe(0);
  expect(existsSync(join(at('unheard'), 'report', 'report.html'))).toBe(true);
});

it('two programs do not record into one file', async () => {
  const given = ['--methods', 'disk,grow', '--clicks', '300', '--no-gallery', '--data', at('data')];
  const first = evaluate([...given, '--out', at('twice')]);
  const records = join(at('twice'), 'interactions.jsonl');
  while (!existsSync(records)) await new Promise((resolve) => setTimeout(resolve, 5));
  const [code, said] = await ended([...given, '--out', at('twice'), '--resume']);
  expect(said).toContain(`${records}: process ${first.process.pid} of `);
  expect(code).toBe(1);
  first.process.kill('SIGTERM');
  await first.ended;
  expect(existsSync(`${records}.lock`)).toBe(false);
});

it('what a shard and a plan say to do next can be done', async () => {
  const data = ['--data', at('data')];
  const looks = ['--report', at('the report'), '--title', "O'Neill's", '--unseen', 'phantom_open'];
  const [, said] = await ended([...DISK, ...data, ...looks, '--out', at('my shards'), '--shard', '1/1']);
  const [, next] = /once every shard is there: node dist\/main\.js (.*)$/m.exec(said) ?? [];
  expect(next).toContain(`--data ${at('data')}`);
  const shell = start('sh', ['-c', `${process.execPath} ${main} ${next}`], { cwd: scratch.path });
  expect(await shell.ended, shell.said()).toBe(0);
  const html = readFileSync(join(at('the report'), 'report.html'), 'utf8');
  expect(html).toMatch(/<h1>O(&#39;|'|&apos;)Neill/);
  expect(html).toContain('Table III.');
  // No gallery was asked for.
  expect(next).toMatch(/ --no-gallery$/);
  const planned = ['--', ...data, '--seed', '3', '--model=m.onnx', '--unseen', 'phantom_open', '--out', '/r'];
  const [, plan] = await ended(['plan', '--shards', '2', '--to', at('plan'), ...planned]);
  expect(plan).toBe(
    `then: node dist/main.js merge /r --out /r --data ${at('data')} --model=m.onnx --unseen phantom_open`,
  );
});

it('Ctrl+C ends a run with its reason, and a replay at once', async () => {
  const data = ['--data', at('data')];
  const slow = ['--methods', 'disk,grow', '--clicks', '100', '--no-gallery'];
  const run = evaluate([...slow, ...data, '--out', at('stopped')]);
  const records = join(at('stopped'), 'interactions.jsonl');
  const lines = () => (existsSync(records) ? readFileSync(records, 'utf8').split('\n').length : 0);
  while (lines() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  run.process.kill('SIGINT');
  expect(await run.ended).toBe(1);
  expect(run.said()).toContain('stopped; the same command with --resume goes on');
  // Records that never come: nothing but the signal can end it.
  execFileSync('sh', ['-c', `mkfifo '${at('pipe')}'`]);
  const replay = evaluate(['replay', at('pipe'), ...data]);
  const signal = new Promise((resolve) => replay.process.once('exit', (_, name) => resolve(name)));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  replay.process.kill('SIGINT');
  expect(await signal).toBe('SIGINT');
});
