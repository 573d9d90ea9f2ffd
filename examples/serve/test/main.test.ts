import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { USAGE } from '../src/arguments.ts';

// As `npm run build` makes it, in the package, where what stays outside the bundle is found.
const outdir = join(import.meta.dirname, '../node_modules/.cache/main-test');
beforeAll(() =>
  build({
    entryPoints: ['main', 'thread'].map((name) => join(import.meta.dirname, `../src/${name}.ts`)),
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    external: ['onnxruntime-node', '@clickseg/model-ct'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  }),
);

const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) if (child.exitCode === null) child.kill('SIGKILL');
});

function start(args: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [join(outdir, 'main.js'), ...args], { env });
  running.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes) => (said.out += bytes));
  child.stderr.on('data', (bytes) => (said.err += bytes));
  return { child, said, ended: once(child, 'close').then(([code]) => ({ code, ...said })) };
}

it('--help lists the options', async () => {
  expect(await start(['--help']).ended).toEqual({ code: 0, out: `${USAGE}\n`, err: '' });
});

it.each<[string[], Record<string, string>, RegExp]>([
  [['--port', '70000'], {}, /^serve: --port 70000 is no port.*\n$/],
  [['--model', 'nope.onnx'], {}, /^serve: --model nope\.onnx: ENOENT.*\n$/],
  [['--host', '999.1.1.1'], {}, /^serve: --host 999\.1\.1\.1 --port 8000: .*\n$/],
  [[], { CLICKSEG_TOKEN: '' }, /^serve: CLICKSEG_TOKEN is empty.*\n$/],
  [['--bogus'], {}, /^serve: Unknown option '--bogus'.*\n\nServes a click model/],
])('%j with %j ends with a line and exit code 1', async (args, environment, line) => {
  const { code, out, err } = await start(args, environment).ended;
  expect([code, out, err]).toEqual([1, '', expect.stringMatching(line)]);
  expect(err).not.toMatch(/^ +at /m);
});

it('SIGTERM ends it, though a client owes the rest of its request', async () => {
  const { child, said, ended } = start(['--port', '0', '--threads', '1']);
  while (!said.out.includes('\n')) await once(child.stdout, 'data');
  const port = Number(/:(\d+)\n/.exec(said.out)![1]);
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /v2/models/clickseg/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');
  // One that has been answered came after it, so it is being read.
  expect((await fetch(`http://127.0.0.1:${port}/v2/health/ready`)).status).toBe(200);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
  socket.destroy();
});

it('a log that nobody reads any more does not end it', async () => {
  const { child, said, ended } = start(['--port', '0', '--threads', '1']);
  while (!said.out.includes('\n')) await once(child.stdout, 'data');
  const port = Number(/:(\d+)\n/.exec(said.out)![1]);
  child.stderr.destroy();
  // Keeps it for the grace of a second, in which whoever comes is refused, and that is logged.
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /v2/models/clickseg/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/v2/health/live`)).status;
  expect(await ask()).toBe(200);
  child.kill('SIGTERM');
  let status = 200;
  while (status === 200) status = await ask();
  expect(status).toBe(503);
  expect((await ended).code).toBe(0);
  socket.destroy();
});
