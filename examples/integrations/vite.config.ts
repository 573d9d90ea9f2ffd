import { cpSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const ort = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** Puts onnxruntime-web's WebAssembly beside the app: nothing is fetched from another origin. */
function ortFiles(): Plugin {
  let out = '';
  return {
    name: 'ort-files',
    configResolved({ root, build }) {
      out = resolve(root, build.outDir, 'ort');
    },
    closeBundle() {
      const wanted = /^ort-wasm-simd-threaded(\.asyncify)?\.(mjs|wasm)$/;
      for (const name of readdirSync(ort)) if (wanted.test(name)) cpSync(join(ort, name), join(out, name));
    },
  };
}

// Threads want isolation; the policy is what a hospital's viewer is given. Any server of the built files sets the same.
const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export default defineConfig({
  base: './',
  assetsInclude: ['**/*.dcm', '**/*.onnx'],
  resolve: {
    // vtk.js, under cornerstone3D, has an XML reader that wants Node's emitter.
    alias: { events: createRequire(import.meta.url).resolve('events/events.js') },
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
  },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 5000,
    rollupOptions: { input: ['cornerstone.html', 'niivue.html'] },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  preview: { headers },
  plugins: [ortFiles()],
});
