import { serveBackend, webBackend } from '@clickseg/runtime/web';

// The page says by the worker's name what to compute with: a bundler's worker takes no query.
const provider = self.name;
serveBackend(
  webBackend({
    executionProviders: provider === 'wasm' ? ['wasm'] : ['webgpu', 'wasm'],
    wasmPaths: new URL('../ort/', self.location.href).href,
  }),
);
