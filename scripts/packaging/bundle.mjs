// What a bundler makes of an entry: its size, what it imports, and whether a strict content policy lets it run.
import { builtinModules } from 'node:module';
import { gzipSync } from 'node:zlib';

// Gzipped kB (1,000 bytes) of an entry's own minified code. A WebAssembly kernel doubles the small packages' share.
const BUDGETS = {
  '@clickseg/raster': { plain: 6, wasm: 12 },
  '@clickseg/guidance': { plain: 6, wasm: 12 },
  '@clickseg/simulate': { plain: 6, wasm: 12 },
  '@clickseg/metrics': { plain: 16.8, wasm: 16.8 },
  // It carries the surfaces and what is measured between them.
  '@clickseg/metrics/peers': { plain: 10, wasm: 10 },
  // Half a kilobyte of it is SHA-256 for pages over plain http.
  '@clickseg/runtime': { plain: 13.9, wasm: 13.9 },
  '@clickseg/runtime/web': { plain: 25, wasm: 25 },
  // It carries the core, which it tests.
  '@clickseg/runtime/conformance': { plain: 18.5, wasm: 18.5 },
};

/** Bundles and minifies one file, its dependencies left outside unless `withDependencies`. */
export async function bundle(file, format, { withDependencies = false, external = [] } = {}) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format,
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
    // What a browser's bundler would take; Node's own modules stay visible as imports.
    mainFields: ['browser', 'module', 'main'],
    conditions: ['browser'],
    ...(withDependencies ? { external: [...external, 'node:*'] } : { packages: 'external' }),
  });
  const [output] = Object.values(result.metafile.outputs);
  return { code: result.outputFiles[0].text, imports: output.imports.filter((each) => each.external) };
}

/** The gzipped size beside the budget of the entry or its package, as a line; throws when it is over. */
export function checkSize(name, specifier, code) {
  const budget = BUDGETS[specifier] ?? BUDGETS[name];
  const size = gzipSync(code, { level: 9 }).length / 1000;
  const wasm = code.includes('WebAssembly');
  if (!budget) return `${size.toFixed(2)} kB, no budget`;
  const limit = wasm ? budget.wasm : budget.plain;
  if (size > limit) throw new Error(`${size.toFixed(2)} kB is over its ${limit} kB`);
  return `${size.toFixed(2)} of ${limit} kB${wasm ? ' (carries WebAssembly)' : ''}`;
}

/** Throws where code is made from strings, which `script-src 'self'` forbids. */
export function checkNoCodeFromStrings(code) {
  const found = /\beval\s*\(|\bnew Function\b|(?<![.\w$])Function\s*\(/.exec(code);
  if (found)
    throw new Error(`has ${JSON.stringify(code.slice(Math.max(0, found.index - 40), found.index + 40))}`);
}

/** Throws where an entry imports a Node module outside `./node`, or something its manifest does not declare. */
export function checkImports({ imports }, { subpath, node }, manifest) {
  const optional = Object.entries(manifest.peerDependenciesMeta ?? {}).filter(([, meta]) => meta.optional);
  const optionalNames = optional.map(([name]) => name);
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  for (const { path, kind } of imports) {
    const name = path.replace(/^((@[^/]+\/)?[^/]+).*$/, '$1');
    const builtin = path.startsWith('node:') || builtinModules.includes(path);
    if (builtin && !node) throw new Error(`imports Node's ${path}`);
    if (builtin) continue;
    if (!declared.includes(name)) throw new Error(`imports ${path}, which its package.json does not declare`);
    if (subpath === '.' && kind !== 'dynamic-import' && optionalNames.includes(name)) {
      throw new Error(`imports the optional ${path} at the package's main entry`);
    }
  }
}
