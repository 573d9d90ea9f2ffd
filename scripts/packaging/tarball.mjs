// The packages as people get them: packed by pnpm (which swaps in publishConfig), unpacked as an install would.
import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { capturePnpm } from '../setup.mjs';

/** Packs `folder` into a temp folder of its own; returns the tarball's path, its files and its manifest. */
export async function pack(folder, into) {
  mkdirSync(into, { recursive: true });
  const { code, stdout, stderr } = await capturePnpm(['pack', '--pack-destination', into], { cwd: folder });
  const name = readdirSync(into).find((file) => file.endsWith('.tgz'));
  if (code !== 0 || !name) throw new Error(`pnpm pack: ${(stderr || stdout).trim()}`);
  const path = join(into, name);
  const files = readTar(gunzipSync(readFileSync(path)));
  const manifest = JSON.parse(files.get('package.json').toString('utf8'));
  return { path, files, manifest };
}

/** The files of an npm tarball by their path inside `package/`. Not every fresh machine has a `tar`. */
function readTar(bytes) {
  const files = new Map();
  const text = (start, length) => bytes.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  let longName;
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const type = text(at + 156, 1);
    const body = bytes.subarray(at + 512, at + 512 + size);
    if (type === 'x') {
      longName = /\d+ path=(.*)\n/.exec(body.toString('utf8'))?.[1];
    } else {
      const name = longName ?? [text(at + 345, 155), text(at, 100)].filter(Boolean).join('/');
      if (type === '0' || type === '') files.set(name.replace(/^[^/]+\//, ''), body);
      longName = undefined;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** Writes the packed files where `import` will look, and links what the package says it depends on. */
export function unpack({ files, manifest }, folder, nodeModules) {
  const home = join(nodeModules, manifest.name);
  for (const [name, body] of files) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), body);
  }
  const wanted = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  for (const name of wanted.filter((dependency) => !dependency.startsWith('@clickseg/'))) {
    const link = join(nodeModules, name);
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(realpathSync(join(folder, 'node_modules', name)), link, 'junction');
    } catch (error) {
      // Two packages may share a dependency; an optional peer need not be installed here.
      if (error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
    }
  }
}

/** The entries that are code: subpath, the file each condition names, and whether it is for Node alone. */
export function codeEntries(manifest) {
  return Object.entries(manifest.exports ?? {})
    .map(([subpath, target]) => ({
      subpath,
      specifier: subpath.replace('.', manifest.name),
      esm: fileOf(target.import ?? target),
      cjs: fileOf(target.require),
      node: subpath === './node',
    }))
    .filter(({ esm }) => /\.m?js$/.test(esm ?? ''));
}

const fileOf = (target) => (typeof target === 'object' ? target.default : target);
