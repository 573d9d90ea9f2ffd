import { asHardware } from '@clickseg/testing-browser/as-hardware';
import { serveBackend, webBackend } from '../../src/web/index.ts';

// Which provider, is in the address; without one, the default of both.
const provider = new URL(self.location.href).searchParams.get('provider') as 'wasm' | 'webgpu' | null;
asHardware();
serveBackend(webBackend({ ...(provider ? { executionProviders: [provider] } : {}), wasmPaths: '/ort/' }));

// For the test of a GPU that is lost within the worker.
self.addEventListener('message', async ({ data }) => {
  if (data !== 'lose the device') return;
  const ort = await import('onnxruntime-web/webgpu');
  ((await ort.env.webgpu.device) as unknown as { destroy(): void }).destroy();
});
