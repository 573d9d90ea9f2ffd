// Every package as it would be published: packed, judged, measured, and loaded by plain Node.
// `node scripts/check-packages.mjs` after a build; `npm test` runs it as its last step.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, checkImports, checkNoCodeFromStrings, checkSize } from './packaging/bundle.mjs';
import { runSamples, writeSamples } from './packaging/samples.mjs';
import { codeEntries, pack, unpack } from './packaging/tarball.mjs';
import { capture, command, root, workspaceFolders } from './setup.mjs';

const LICENCES = { 'Apache-2.0': /Apache License/, 'CC-BY-SA-4.0': /Attribution-ShareAlike 4\.0/ };

/** Runs every check, prints one line each, and returns them as `{ name, passed }`. */
export async function checkPackages() {
  const checks = [];
  const check = async (name, work) => {
    try {
      const detail = await work();
      checks.push({ name, passed: true });
      console.log(`    ok      ${name}${detail ? `: ${detail}` : ''}`);
    } catch (error) {
      checks.push({ name, passed: false });
      console.log(`    FAILED  ${name}: ${error.message.trim().replace(/\n/g, '\n            ')}`);
    }
  };

  const scratch = mkdtempSync(join(tmpdir(), 'clickseg-packages-'));
  try {
    const nodeModules = join(scratch, 'node_modules');
    const published = workspaceFolders().filter(({ manifest }) => !manifest.private);
    const packed = [];
    await inTurn(published, async ({ folder, manifest }) => {
      await check(`${manifest.name} packs`, async () => {
        const tarball = await pack(folder, join(scratch, 'tarballs', manifest.name));
        unpack(tarball, folder, nodeModules);
        packed.push(tarball);
        return `${tarball.files.size} files`;
      });
    });
    // Only now: an entry may import any of the others.
    await inTurn(packed, async (tarball) => {
      await check(`${tarball.manifest.name} carries what it should`, () => checkContents(tarball));
      await check(`${tarball.manifest.name} publint`, () => checkPublint(tarball));
      await check(`${tarball.manifest.name} types resolve (attw)`, () => checkTypes(tarball));
      await checkEntries(tarball, nodeModules, check);
    });
    await check('types compile for the strictest consumer', () => checkConsumer(packed, scratch));
    await check('samples of READMEs and guides compile', () => checkSampleTypes(published, scratch));
    await check("the README's samples run", () => runSamples('README.md', scratch));
    await check('knip finds nothing unused', checkUnused);
    await check('changesets name every package to be released', () => checkChangesets(published));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return checks;
}

async function checkEntries({ manifest }, nodeModules, check) {
  const home = join(nodeModules, manifest.name);
  const optional = Object.keys(manifest.peerDependenciesMeta ?? {});
  for (const entry of codeEntries(manifest)) {
    const label = entry.specifier;
    await check(`${label} browser-safe, within its size`, async () => {
      const esm = await bundle(join(home, entry.esm), 'esm');
      const all = entry.cjs ? [esm, await bundle(join(home, entry.cjs), 'cjs')] : [esm];
      for (const each of all) {
        checkNoCodeFromStrings(each.code);
        checkImports(each, entry, manifest);
      }
      if (!entry.node) {
        const whole = await bundle(join(home, entry.esm), 'esm', {
          withDependencies: true,
          external: optional,
        });
        checkNoCodeFromStrings(whole.code);
      }
      return checkSize(manifest.name, label, esm.code);
    });
    await check(`${label} loads`, async () => {
      const imported = await exportsOf(`await import('${label}')`, 'module', nodeModules);
      if (!entry.cjs) return `${imported.length} exports, import`;
      const required = await exportsOf(`require('${label}')`, 'commonjs', nodeModules);
      if (String(imported) !== String(required))
        throw new Error(`import gives ${imported}; require ${required}`);
      return `${imported.length} exports, import and require`;
    });
  }
}

async function exportsOf(expression, type, nodeModules) {
  const source = `process.stdout.write(JSON.stringify(Object.keys(${expression}).sort()))`;
  const args = [`--input-type=${type}`, '--eval', source];
  const { code, stdout, stderr } = await capture(process.execPath, args, { cwd: join(nodeModules, '..') });
  // The error's own line; the stack below it is the module loader's.
  if (code !== 0) throw new Error(/^.*Error.*$/m.exec(stderr)?.[0] ?? stderr);
  const names = JSON.parse(stdout).filter((name) => name !== '__esModule' && name !== 'module.exports');
  if (names.length === 0) throw new Error('exports nothing');
  return names;
}

function checkContents({ files, manifest }) {
  for (const name of ['README.md', 'LICENSE']) if (!files.has(name)) throw new Error(`no ${name} in it`);
  if (files.get('README.md').length === 0) throw new Error('its README is empty');
  const licence = LICENCES[manifest.license];
  // pnpm adds the workspace's own LICENSE where a package has none: right for code, wrong for the weights.
  if (!licence?.test(files.get('LICENSE').toString('utf8')))
    throw new Error(`LICENSE is not ${manifest.license}`);
  const stray = [...files.keys()].find((name) => /^(src|test|bench|fixtures)\/|\.tsbuildinfo$/.test(name));
  if (stray) throw new Error(`carries ${stray}`);
  const text = JSON.stringify([manifest.exports, manifest.dependencies, manifest.peerDependencies]);
  if (/workspace:|\.\/src\//.test(text)) throw new Error(`its manifest points into the repository: ${text}`);
}

async function checkPublint({ path }) {
  const [{ publint }, { formatMessage }] = await Promise.all([import('publint'), import('publint/utils')]);
  const file = readFileSync(path);
  const tarball = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, level: 'warning' });
  if (messages.length > 0) throw new Error(messages.map((each) => formatMessage(each, pkg)).join('\n'));
}

async function checkTypes({ path, manifest }) {
  const entries = codeEntries(manifest);
  if (entries.length === 0) return 'no code';
  // Where there is no CJS file, `require` loads the ES module itself (Node >= 20.19).
  const profile = entries.every(({ cjs }) => cjs) ? 'node16' : 'esm-only';
  const bin = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
  const args = [bin, path, '--profile', profile, '--format', 'ascii', '--no-emoji', '--no-color'];
  args.push('--entrypoints', ...entries.map(({ subpath }) => subpath));
  const { code, stdout, stderr } = await capture(process.execPath, args);
  // Without any types there is nothing to judge, which attw calls a success.
  if (code !== 0 || /no types|does not contain types/i.test(stdout)) throw new Error(stdout || stderr);
  return `${profile}, ${entries.length} entries`;
}

/** What a consumer's compiler may ask, and ours does not; and a Node project's, which has no DOM. */
async function checkConsumer(packed, scratch) {
  const entries = packed.flatMap(({ manifest }) => codeEntries(manifest));
  const importing = (some) =>
    some.map(({ specifier }, i) => `import * as e${i} from '${specifier}';\nexport { e${i} };`).join('\n');
  writeFileSync(join(scratch, 'consumer.mts'), importing(entries));
  await compile(['consumer.mts'], scratch);
  const elsewhere = entries.filter(({ specifier }) => !specifier.endsWith('/web'));
  writeFileSync(join(scratch, 'node-consumer.mts'), importing(elsewhere));
  await compile(['node-consumer.mts'], scratch, 'es2023');
  return `${entries.length} entries, ${elsewhere.length} without the DOM`;
}

/** Samples are copied into code that is checked: the guides' and those of every package. */
async function checkSampleTypes(published, scratch) {
  const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const files = [
    'README.md',
    ...guides.map((name) => `docs/${name}`),
    ...published.map(({ folder }) => `${relative(root, folder)}/README.md`),
  ];
  const names = writeSamples(files, scratch);
  await compile(names, scratch);
  return `${names.length} samples`;
}

/** Type-checks files of `scratch`: strict as `tsc --init` has it, libraries checked. */
async function compile(names, scratch, lib = 'es2023,dom,dom.iterable') {
  const options = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--skipLibCheck',
    'false',
    '--noEmit',
  ];
  options.push('--module', 'node16', '--target', 'es2022', '--lib', lib, '--types', 'node');
  options.push('--typeRoots', join(root, 'node_modules', '@types'));
  const bin = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, stdout, stderr } = await capture(process.execPath, [bin, ...options, ...names], {
    cwd: scratch,
  });
  // What others' types say of themselves is theirs; ndarray's are a package of their own (@types/ndarray).
  const ours = stdout
    .split('\n')
    .filter((line) => /error TS/.test(line) && !/onnxruntime|@types|'ndarray'/.test(line));
  if (code !== 0 && (ours.length > 0 || stdout === '')) throw new Error(ours.join('\n') || stderr);
}

async function checkUnused() {
  const bin = join(root, 'node_modules', 'knip', 'bin', 'knip.js');
  const { code, stdout, stderr } = await capture(process.execPath, [bin, '--no-progress']);
  if (code !== 0) throw new Error(stdout || stderr);
}

function checkChangesets(published) {
  const names = published.map(({ manifest }) => manifest.name);
  const folder = join(root, '.changeset');
  const files = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const announced = new Set();
  for (const file of files) {
    const [, head, body] =
      /^---\r?\n([\s\S]*?)---\r?\n([\s\S]*)$/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    if (!body?.trim()) throw new Error(`${file} says nothing`);
    for (const line of head.split(/\r?\n/).filter(Boolean)) {
      const [, name, bump] = /^['"]?([^'"]+)['"]?:\s*(major|minor|patch)$/.exec(line) ?? [];
      if (!bump || !names.includes(name)) throw new Error(`${file}: ${line}`);
      announced.add(name);
    }
  }
  const silent = published.find(
    ({ manifest }) => manifest.version === '0.0.0' && !announced.has(manifest.name),
  );
  if (silent) throw new Error(`${silent.manifest.name} would be published as 0.0.0: no changeset names it`);
  return `${files.length} changesets`;
}

/** Works through `items`, at most two at once: enough to fill two cores, little enough to share them. */
async function inTurn(items, work) {
  const queue = [...items];
  const worker = async () => {
    while (queue.length > 0) await work(queue.shift());
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  command(async () => {
    if (!existsSync(join(root, 'node_modules')))
      throw new Error('run `npm test` first: nothing is installed');
    const checks = await checkPackages();
    return checks.every(({ passed }) => passed) ? 0 : 1;
  });
}
