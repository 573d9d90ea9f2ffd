import { compact, model } from '@clickseg/model-ct';
import { createSegmenter, type Segmenter } from '@clickseg/runtime';
import { fetchModel, hasWebGpu, workerBackend } from '@clickseg/runtime/web';

/** The model, kept by the browser after the first visit, with its network in a worker. */
export async function loadSegmenter(): Promise<Segmenter> {
  const provider = new URLSearchParams(location.search).get('provider') ?? '';
  // WebAssembly computes the 8-bit form in two thirds of the time; WebGPU has no 8-bit convolutions.
  const { url, sha256 } = provider !== 'wasm' && (await hasWebGpu()) ? model : compact;
  const source = await fetchModel(url, { sha256 });
  const backend = workerBackend(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: provider }),
  );
  return createSegmenter({ model: source, backend });
}
