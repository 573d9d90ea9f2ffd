import { model } from '@clickseg/model-ct';
import { createSegmenter, type Segmenter } from '@clickseg/runtime';
import { fetchModel, workerBackend } from '@clickseg/runtime/web';

/** The model, kept by the browser after the first visit, with its network in a worker. */
export async function loadSegmenter(): Promise<Segmenter> {
  const source = await fetchModel(model.url, { sha256: model.sha256 });
  const provider = new URLSearchParams(location.search).get('provider') ?? '';
  const backend = workerBackend(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: provider }),
  );
  return createSegmenter({ model: source, backend });
}
