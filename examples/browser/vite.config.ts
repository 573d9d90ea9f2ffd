import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, transformWithOxc } from 'vite';

const ort = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const workerFile = fileURLToPath(new URL('src/offline/service-worker.ts', import.meta.url));

// With the build for WebAssembly alone the one that has WebGPU too.
const ORT_FILE = /^ort-wasm-simd-threaded(\.asyncify)?\.(mjs|wasm)$/;

/** Puts onnxruntime-web's WebAssembly beside the app, so that nothing is fetched from another origin, and the service worker. */
function besideTheApp(): Plugin {
  let out = '';
  return {
    name: 'beside-the-app',
    apply: 'build',
    configResolved({ root, build }) {
      out = resolve(root, build.outDir);
    },
    async closeBundle() {
      for (const name of readdirSync(ort)) {
        if (ORT_FILE.test(name)) cpSync(join(ort, name), join(out, 'ort', name));
      }
      const { code } = await transformWithOxc(readFileSync(workerFile, 'utf8'), workerFile);
      writeFileSync(join(out, 'sw.js'), filesToKeep(out) + code);
    },
  };
}

/** The same WebAssembly while the app is being changed (`vite`), at the address that the worker and the page ask for. */
function besideTheSource(): Plugin {
  return {
    name: 'beside-the-source',
    apply: 'serve',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const [folder, name] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').slice(-2);
        if (folder !== 'ort' || !ORT_FILE.test(name)) return next();
        const type = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
        response.writeHead(200, { ...headers, 'content-type': type }).end(readFileSync(join(ort, name)));
      });
    },
  };
}

// Everything but the model, which has a cache of its own, and the build of onnxruntime with WebGPU: kept when used.
const ON_USE = /\.onnx$|asyncify|ort\.webgpu|^sw\.js$/;

function filesToKeep(out: string): string {
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !ON_USE.test(file))
    .sort();
  const digest = createHash('sha256');
  for (const file of files) digest.update(file).update(readFileSync(join(out, file)));
  const addresses = files.map((file) => (file === 'index.html' ? './' : `./${file}`));
  const build = digest.digest('hex').slice(0, 16);
  return `self.FILES = ${JSON.stringify(addresses)};\nself.BUILD = '${build}';\n`;
}

export default defineConfig({
  base: './',
  assetsInclude: ['**/*.dcm', '**/*.onnx'],
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 3000,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // Threads want isolation. What is built is served by server/, under a strict policy; vite's own scripts would break it.
  server: { headers },
  plugins: [besideTheApp(), besideTheSource()],
});
