import { serveBackend, webBackend } from '../../src/web/index.ts';

const provider = new URL(self.location.href).searchParams.get('provider') as 'wasm' | 'webgpu';
serveBackend(webBackend({ executionProviders: [provider], wasmPaths: '/ort/' }));
