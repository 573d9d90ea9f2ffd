// What the browser tests call in a page; results go back as plain data.

import { raster } from '@clickseg/raster';
import { asHardware } from '@clickseg/testing-browser/as-hardware';
import { CONFORMANCE_METADATA, conformanceModel, runConformance } from '../../src/conformance/index.ts';
import { type Backend, createSegmenter, type ModelSource, type Prediction } from '../../src/index.ts';
import {
  fetchModel,
  hasWebGpu,
  type ModelBytes,
  openModelCache,
  webBackend,
  workerBackend,
} from '../../src/web/index.ts';

const wasmPaths = '/ort/';
let lastWorker: Worker | undefined;
const BACKENDS = {
  wasm: () => webBackend({ executionProviders: ['wasm'], wasmPaths }),
  webgpu: () => webBackend({ executionProviders: ['webgpu'], wasmPaths }),
  default: () => webBackend({ wasmPaths }),
  'worker-wasm': () => workerBackend(() => new Worker('/worker.js?provider=wasm', { type: 'module' })),
  'worker-default': () =>
    workerBackend(() => {
      lastWorker = new Worker('/worker.js', { type: 'module' });
      return lastWorker;
    }),
  'one-file': () => workerBackend(() => new Worker('/one-file.js', { type: 'module' })),
  'two-threads': () => webBackend({ executionProviders: ['wasm'], threads: 2, wasmPaths }),
  'broken-worker': () => workerBackend(() => new Worker('/broken-worker.js', { type: 'module' })),
  'missing-worker': () => workerBackend(() => new Worker('/nothing.js', { type: 'module' })),
  'no-wasm': () => webBackend({ executionProviders: ['wasm'], wasmPaths: '/nowhere/' }),
} satisfies Record<string, () => Backend>;
type Name = keyof typeof BACKENDS;

const model = (): ModelSource => ({ data: conformanceModel(), metadata: CONFORMANCE_METADATA });

function ramp(size: number) {
  return raster(
    Float32Array.from({ length: size * size }, (_, i) => (i % size) + (i % 7)),
    [size, size],
  );
}

function differing(a: Pick<Prediction, 'mask'>, b: Pick<Prediction, 'mask'>): number {
  return a.mask.data.reduce((n, v, i) => n + Number(v !== b.mask.data[i]), 0);
}

/** What a promise rejects with, as data. */
async function fault(work: Promise<unknown>) {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { code: (error as { code?: string }).code, message: String((error as Error).message) };
  }
}

const tests = {
  async conformance(name: Name, tolerance: number) {
    const report = await runConformance({ backend: BACKENDS[name], tolerance });
    return report.results.map((each) => ({ ...each, error: each.error && String(each.error) }));
  },

  async provider(name: Name, hardware = false) {
    if (hardware) asHardware();
    const segmenter = await createSegmenter({ model: model(), backend: BACKENDS[name]() });
    const { provider, fallbacks } = segmenter;
    await segmenter.dispose();
    return { provider, fallbacks, gpu: await hasWebGpu(), isolated: crossOriginIsolated };
  },

  fault: (name: Name) => fault(createSegmenter({ model: model(), backend: BACKENDS[name]() })),

  /** Loses the GPU between two predictions, in the page or within the worker, and loads a second model after that. */
  async loseDevice(name: 'webgpu' | 'worker-default') {
    const segmenter = await createSegmenter({ model: model(), backend: BACKENDS[name]() });
    const interaction = await segmenter.open(ramp(48));
    interaction.add({ x: 20, y: 20, label: 'foreground' });
    const before = await interaction.predict();
    const provider = segmenter.provider;
    if (name === 'webgpu') {
      const ort = await import('onnxruntime-web/webgpu');
      ((await ort.env.webgpu.device) as unknown as { destroy(): void }).destroy();
    } else lastWorker?.postMessage('lose the device');
    const after = await interaction.predict();
    const clicks = interaction.clicks.length;
    const next = await createSegmenter({ model: model(), backend: BACKENDS.default() });
    const second = await next.open(ramp(48));
    second.add({ x: 20, y: 20, label: 'foreground' });
    const later = await second.predict();
    const result = {
      provider,
      now: segmenter.provider,
      fallbacks: segmenter.fallbacks,
      differing: differing(before, after),
      differingLater: differing(before, later),
      clicks,
      area: after.area,
    };
    await segmenter.dispose();
    await next.dispose();
    return result;
  },

  async wholeRuntime() {
    const segmenter = await createSegmenter({ model: model(), backend: BACKENDS.wasm() });
    const here = await segmenter.open(ramp(48));
    const worker = new Worker('/whole-worker.js', { type: 'module' });
    let image: ReturnType<typeof ramp> | undefined = ramp(48);
    const found = [];
    for (const click of [
      { x: 20, y: 20, label: 'foreground' },
      { x: 40, y: 9, label: 'background' },
    ] as const) {
      here.add(click);
      const { mask } = await here.predict();
      const there = await new Promise<typeof mask>((resolve, reject) => {
        worker.onmessage = ({ data }) => (data.mask ? resolve(data.mask) : reject(new Error(data.error)));
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ image, click }, image ? [image.data.buffer as ArrayBuffer] : []);
      });
      image = undefined;
      found.push({
        differing: differing({ mask }, { mask: there }),
        inside: mask.data.reduce((n, v) => n + v, 0),
      });
    }
    worker.terminate();
    await segmenter.dispose();
    return found;
  },

  /** Leaves its segmenter open, so that its threads can be counted from outside. */
  async openThreads() {
    const segmenter = await createSegmenter({ model: model(), backend: BACKENDS['two-threads']() });
    const interaction = await segmenter.open(ramp(48));
    interaction.add({ x: 20, y: 20, label: 'foreground' });
    return { area: (await interaction.predict()).area, isolated: crossOriginIsolated };
  },

  async ticksWhile(name: Name, predictions: number) {
    const segmenter = await createSegmenter({ model: model(), backend: BACKENDS[name]() });
    const interaction = await segmenter.open(ramp(96));
    const id = interaction.add({ x: 20, y: 20, label: 'foreground' });
    for (let i = 0; i < predictions; i++) {
      interaction.move(id, { x: 20 + (i % 40), y: 30 });
      await interaction.predict();
    }
    await segmenter.dispose();
    // A second model after the first: the worker is started anew.
    const again = await createSegmenter({ model: model(), backend: BACKENDS[name]() });
    await again.dispose();
    return predictions;
  },

  async fetchModel(url: string, sha256: string | undefined) {
    const seen: ModelBytes[] = [];
    const source = await fetchModel(url, { sha256, backoff: 5, onProgress: (bytes) => seen.push(bytes) });
    return { bytes: source.data.byteLength, seen };
  },

  fetchFault: (url: string, sha256?: string) => fault(fetchModel(url, { sha256, backoff: 5, retries: 1 })),

  async harmCache(url: string) {
    const cache = await openModelCache();
    await cache?.put(url, new Response(new Uint8Array([1, 2, 3])));
  },
};
export type PageTests = typeof tests;

declare global {
  interface Window {
    tests: PageTests;
  }
}
window.tests = tests;
