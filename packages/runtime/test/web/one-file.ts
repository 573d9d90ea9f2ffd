import { serveBackend, webBackend } from '../../src/web/index.ts';

// Bundled as one file, without a folder of onnxruntime-web's: its threads are this script again.
serveBackend(webBackend({ executionProviders: ['wasm'], threads: 2 }));
