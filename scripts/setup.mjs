// What both commands do first: a machine with only Node and npm becomes one on which the workspace runs.
// Node built-ins only, and no syntax newer than the Node it must be able to turn away.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants, totalmem } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, wherever the command was called from. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pnpmVersion = manifest.packageManager.split('@')[1].split('+')[0];
const tools = join(root, '.tools');
const pnpmHome = join(tools, `pnpm-${pnpmVersion}`);
const pnpmBin = join(pnpmHome, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');

/** A failure that needs no stack trace: its message is what the person reads. */
export class Stop extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs `main`, and turns whatever it throws into one readable line and an exit code. */
export async function command(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`\n${error instanceof Stop ? error.message : error.stack}`);
    process.exitCode = error instanceof Stop ? error.exitCode : 1;
  }
}

/** Ends at once, in words, on a Node that the toolchain does not start on. */
export function checkNode() {
  const wanted = manifest.engines.node.replace('>=', '');
  const [major, minor = 0] = wanted.split('.').map(Number);
  const [nodeMajor, nodeMinor] = process.versions.node.split('.').map(Number);
  if (nodeMajor > major || (nodeMajor === major && nodeMinor >= minor)) return;
  throw new Stop(
    `clickseg needs Node ${wanted} or newer; this is ${process.version}. See https://nodejs.org/en/download`,
  );
}

/**
 * The environment for child processes. What npm adds for the script it runs is taken out: it names this
 * package's folder and npm's global prefix, which would redirect the nested npm and pnpm. Settings a person
 * gave (registry, proxy, cache) stay.
 */
export function environment(extra = {}) {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (
      /^npm_(package_|lifecycle_|command$|execpath$|node_execpath$|config_(local_|global_)?prefix$)/i.test(
        name,
      )
    ) {
      delete env[name];
    }
  }
  // PATH may be spelt Path on Windows, and must not be there twice.
  const path = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  // turbo looks for `pnpm` on the PATH: ours goes first, so that no global one is needed or used by chance.
  env[path] = [join(pnpmHome, 'node_modules', '.bin'), dirname(process.execPath), env[path]]
    .filter(Boolean)
    .join(delimiter);
  return {
    ...env,
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    // Under CI=true the tools colour even what goes to a file.
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
    ...extra,
  };
}

/**
 * Runs a program to its end. Resolves to its exit code (128 + the signal's number when a signal ended it);
 * a signal sent to this process goes on to the child.
 */
export function run(file, args, { env = environment(), ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env, ...options });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM'];
    for (const signal of signals) process.on(signal, forward);
    const settle = (done) => (value, signal) => {
      for (const name of signals) process.off(name, forward);
      done(signal ? 128 + constants.signals[signal] : value);
    };
    child.once('error', settle(reject));
    child.once('close', settle(resolve));
  });
}

/** As `run`, and hands back what the program printed. */
export async function capture(file, args, options = {}) {
  const chunks = { stdout: [], stderr: [] };
  const child = spawn(file, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
    ...options,
  });
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (chunk) => chunks[stream].push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, signal) => resolve(signal ? 128 + constants.signals[signal] : exit));
  });
  const [stdout, stderr] = [chunks.stdout, chunks.stderr].map((part) => Buffer.concat(part).toString('utf8'));
  return { code, stdout, stderr };
}

/** Numbers the steps of a command and prints each with the seconds it took. */
export function steps(count) {
  let number = 0;
  return async (title, work) => {
    number += 1;
    console.log(`${number}/${count} ${title}`);
    const began = performance.now();
    const note = await work();
    console.log(`    ${note ?? 'done'} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  };
}

/** Fetches the pinned pnpm into `.tools`, with npm, unless it is there. A global pnpm is never asked. */
export async function fetchPnpm() {
  if (existsSync(pnpmBin)) return `pnpm ${pnpmVersion} is here`;
  // Into a folder of its own and then renamed: a fetch that is cut off, or two at once, leave nothing half done.
  const scratch = join(tools, `fetching-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  args.push('--no-update-notifier', '--loglevel=error', `pnpm@${pnpmVersion}`);
  const code = await npm(args, scratch);
  if (code === 0 && !existsSync(pnpmBin)) {
    rmSync(pnpmHome, { recursive: true, force: true });
    renameSync(scratch, pnpmHome);
  }
  rmSync(scratch, { recursive: true, force: true });
  if (code !== 0) {
    throw new Stop(
      `npm could not fetch pnpm ${pnpmVersion} (exit ${code}); is the npm registry reachable?`,
      code,
    );
  }
  return `pnpm ${pnpmVersion} fetched into .tools`;
}

async function npm(args, cwd) {
  const { npm_execpath: cli } = process.env;
  // Through Node where npm told us its file: Windows has no `npm` that can be spawned without a shell.
  if (cli && basename(cli) === 'npm-cli.js') return run(process.execPath, [cli, ...args], { cwd });
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { cwd, shell: windows }).catch((error) => {
    throw new Stop(`npm could not be started (${error.message}); clickseg needs Node with npm`);
  });
}

/** Runs the fetched pnpm. */
const pnpm = (args, options) => run(process.execPath, [pnpmBin, ...args], options);

/** As `pnpm`, and hands back what it printed. */
export const capturePnpm = (args, options) => capture(process.execPath, [pnpmBin, ...args], options);

/** Installs what the lockfile says, and nothing when it is already there. */
export async function install() {
  const stamp = join(root, 'node_modules', '.clickseg-install');
  const state = installState();
  const folders = workspaceFolders();
  const linked = folders.every(
    ({ folder, dependencies }) => !dependencies || existsSync(join(folder, 'node_modules')),
  );
  if (linked && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return 'up to date';
  const args = [
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--config.confirm-modules-purge=false',
  ];
  const code = await pnpm(args);
  if (code !== 0) throw new Stop(`pnpm install failed (exit ${code}); what it said stands above`, code);
  writeFileSync(stamp, state);
  return 'installed';
}

/** What an install depends on: the lockfile, every manifest, and the platform whose binaries were fetched. */
function installState() {
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((name) => join(root, name));
  files.push(...workspaceFolders().map(({ folder }) => join(folder, 'package.json')));
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${pnpmVersion}`);
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Every package of the workspace: its folder, manifest, and whether it has dependencies to link. */
export function workspaceFolders() {
  const parents = ['packages', 'examples', 'testing']
    .map((name) => join(root, name))
    .filter((parent) => existsSync(parent));
  const folders = parents.flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)));
  return [...folders, join(root, 'golden')]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
      return { folder, manifest, dependencies: Object.keys(wanted).length > 0 };
    });
}

/** Runs tasks through turbo, in plain lines, as many at once as cores and memory carry (a task takes about 1 GB). */
export function turbo(args, options) {
  const bin = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  const plain = ['--ui=stream', '--log-order=grouped', '--no-update-notifier'];
  if (!args.some((arg) => arg.startsWith('--concurrency'))) {
    plain.push(
      `--concurrency=${Math.max(1, Math.min(4, availableParallelism(), Math.floor(totalmem() / 1.5e9)))}`,
    );
  }
  // To look for PyTorch takes seconds, which a build must not wait for.
  const env = environment(args.includes('test') ? { CLICKSEG_MACHINE: machine() } : {});
  return run(process.execPath, [bin, 'run', ...plain, ...args], { env, ...options });
}

/**
 * What this machine has that some tests need. turbo hashes it: a test that was skipped for want of one is not taken from the
 * cache once that is installed.
 */
function machine() {
  const python = '/usr/bin/python3';
  const tools = {
    data: existsSync(join(root, '..', 'shared', 'data')),
    redis: (process.env.PATH ?? '').split(delimiter).some((at) => existsSync(join(at, 'redis-server'))),
    torch: spawnSync(python, ['-c', 'import torch, numpy']).status === 0,
    vnni: existsSync('/proc/cpuinfo') && /avx512_vnni/.test(readFileSync('/proc/cpuinfo', 'utf8')),
  };
  return Object.keys(tools)
    .filter((name) => tools[name])
    .join();
}
