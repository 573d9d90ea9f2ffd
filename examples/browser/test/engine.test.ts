import { ClicksegError } from '@clickseg/raster';
import { CONFORMANCE_METADATA, conformanceModel } from '@clickseg/runtime/conformance';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scan } from '../src/state/store.ts';
import { fakeNetwork } from './fake-network.ts';

// Made once for the file, though every test has a network of its own.
vi.mock('@clickseg/runtime/web', () => ({
  fetchModel: (...how: Parameters<typeof network.fetchModel>) => network.fetchModel(...how),
  hasWebGpu: async () => false,
  wasmThreads: () => 1,
  webBackend: () => network.backend,
  workerBackend: (start: () => Worker) => {
    start();
    return network.backend;
  },
}));

// Where a disc lies, and the box of its mask.
const LEFT = { x: 20, y: 20 };
const RIGHT = { x: 44, y: 44 };
const LEFT_BOX = { x: 11, y: 11, width: 19, height: 19 };
const RIGHT_BOX = { x: 35, y: 35, width: 19, height: 19 };

let network: ReturnType<typeof fakeNetwork>;
/** The providers that workers were started for. */
let workers: (string | undefined)[];

beforeEach(() => {
  network = fakeNetwork();
  workers = [];
  vi.stubGlobal('crossOriginIsolated', false);
  vi.stubGlobal(
    'Worker',
    class {
      constructor(_: URL, { name }: WorkerOptions) {
        workers.push(name);
      }
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

/** The app's engine and state as a page has them that was just loaded. */
async function load() {
  vi.resetModules();
  const [model, predict, store, lifetime, structure, clicks, engine] = await Promise.all([
    import('../src/engine/model.ts'),
    import('../src/engine/predict.ts'),
    import('../src/state/store.ts'),
    import('../src/state/lifetime.ts'),
    import('../src/state/structure.ts'),
    import('../src/actions/clicks.ts'),
    import('../src/actions/engine.ts'),
  ]);
  /** Opens a scan, as `showScan` does, on a slice. */
  const show = (scan: Scan, at = 0) => {
    lifetime.renewLife();
    store.structures.value = [structure.newStructure([])];
    store.currentId.value = 1;
    store.scan.value = scan;
    store.slice.value = at;
  };
  const click = (slice: number, at: { x: number; y: number }) => {
    store.slice.value = slice;
    clicks.addClick('foreground', at);
  };
  const quiet = () => vi.waitFor(() => expect(store.waiting.value).toBe(0));
  return { ...model, ...predict, ...store, ...engine, show, click, quiet };
}

function disc(depth: number, { x, y }: { x: number; y: number }): Scan {
  const data = Float32Array.from({ length: depth * 64 * 64 }, (_, i) =>
    Math.hypot((i % 64) - x, (Math.floor(i / 64) % 64) - y) < 10 ? 100 : 0,
  );
  const volume = { data, shape: [depth, 64, 64], spacing: { x: 1, y: 1, z: 1 } } as unknown as Scan['volume'];
  return { name: `${depth}`, volume, oriented: true, measured: true };
}

const own = () => ({ data: conformanceModel() });
/** Lets all that waits for nothing else go on. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
const arrived = () => vi.waitFor(() => expect(network.downloads).toHaveLength(1));

describe('scans that are opened while the model loads', () => {
  it('never answers for the new one from what the old one had opened', async () => {
    const app = await load();
    app.show(disc(1, LEFT));
    app.click(0, LEFT);
    await arrived();
    app.show(disc(9, RIGHT));
    app.click(4, RIGHT);
    await turn();
    network.downloads[0]?.arrive();
    await app.quiet();
    app.click(0, LEFT);
    await app.quiet();
    expect(app.workOf(1, 0).mask).toMatchObject(RIGHT_BOX);
    expect(app.workOf(1, 4).mask).toMatchObject(RIGHT_BOX);
    expect(app.said.value.fault).toBe(false);
  });

  it('writes the old one’s clicks without closing the new one', async () => {
    const app = await load();
    await app.chooseModel(own());
    const [before, after] = [disc(1, LEFT), disc(9, RIGHT)];
    app.show(after);
    const slices = await app.slicesOf(after);
    const json = await app.writeClicks(before, 1, 0, [{ id: 1, ...LEFT, label: 'foreground' }], []);
    expect(json.clicks).toHaveLength(1);
    expect(await app.slicesOf(after)).toBe(slices);
  });

  it('does not predict for the old one any more', async () => {
    const app = await load();
    const before = disc(1, LEFT);
    app.show(before);
    const asked = app.predict(before, 1, 0, [{ id: 1, ...LEFT, label: 'foreground' }], []);
    const refused = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await arrived();
    app.show(disc(9, RIGHT));
    network.downloads[0]?.arrive();
    await refused;
  });
});

describe('a change of what computes', () => {
  it('asks the new model for every slice that waited for the one before', async () => {
    const app = await load();
    await app.chooseModel(own());
    app.show(disc(5, LEFT));
    network.runs.hold();
    for (const at of [0, 1, 2, 3]) app.click(at, LEFT);
    await turn();
    app.slice.value = 4;
    const switched = app.switchProvider('wasm');
    await turn();
    network.runs.open();
    await switched;
    await app.quiet();
    for (const at of [0, 1, 2, 3]) {
      expect(app.workOf(1, at)).toMatchObject({ answered: true, mask: LEFT_BOX });
    }
    expect(app.said.value.fault).toBe(false);
    expect(network.count.live).toBe(1);
  });

  it('asks for slices whose model did not start, too', async () => {
    const app = await load();
    app.show(disc(3, LEFT));
    app.click(0, LEFT);
    app.click(1, LEFT);
    await arrived();
    network.downloads[0]?.fail(new ClicksegError('download-failed', 'http://here/model.onnx: offline'));
    await app.quiet();
    const text = 'The model could not be downloaded (no network?). Your clicks are kept.';
    expect(app.said.value).toEqual({ text, fault: true });
    expect(app.engine.value).toMatchObject({ fault: text, details: 'http://here/model.onnx: offline' });
    app.slice.value = 2;
    const again = app.switchProvider('webgpu');
    await vi.waitFor(() => expect(network.downloads).toHaveLength(2));
    network.downloads[1]?.arrive();
    await again;
    await app.quiet();
    for (const at of [0, 1]) expect(app.workOf(1, at)).toMatchObject({ answered: true, mask: LEFT_BOX });
    // It is there now, and nothing says otherwise.
    expect(app.said.value).toEqual({ text: '', fault: false });
  });

  it('gives up on a model that is gone and has no other in its place', async () => {
    const app = await load();
    await (await app.chooseModel(own())).dispose();
    app.show(disc(1, LEFT));
    app.click(0, LEFT);
    await app.quiet();
    expect(app.said.value).toEqual({ text: 'segmenter: it was disposed of', fault: true });
  });
});

describe('a model that was chosen while another starts', () => {
  it('stays when the other fails late', async () => {
    const app = await load();
    const first = app.segmenter();
    await arrived();
    const made = await app.chooseModel(own());
    network.downloads[0]?.fail(new Error('offline'));
    expect(await first).toBe(made);
    await turn();
    expect(app.engine.value).toMatchObject({
      state: 'ready',
      model: expect.stringContaining(CONFORMANCE_METADATA.name),
    });
    expect(await app.segmenter()).toBe(made);
    expect(network.count).toEqual({ live: 1, loads: 1 });
  });

  it('stays when the other arrives late, and that is freed', async () => {
    const app = await load();
    const first = app.segmenter();
    await arrived();
    network.loads.hold();
    network.downloads[0]?.arrive();
    await vi.waitFor(() => expect(app.engine.value.state).toBe('starting'));
    const chosen = app.chooseModel(own());
    network.loads.open();
    const made = await chosen;
    expect(await first).toBe(made);
    await turn();
    expect(await app.segmenter()).toBe(made);
    expect(network.count).toEqual({ live: 1, loads: 2 });
  });

  it('is not said to be loading by the other’s download', async () => {
    const app = await load();
    app.segmenter();
    await arrived();
    await app.chooseModel(own());
    network.downloads[0]?.options.onProgress?.({ loaded: 10, total: 20, from: 'network' });
    expect(app.engine.value.state).toBe('ready');
    network.downloads[0]?.arrive();
    await turn();
    expect(app.engine.value.state).toBe('ready');
    expect(network.count.loads).toBe(1);
  });

  it('goes to the provider that was chosen while it was tried', async () => {
    const app = await load();
    await app.chooseModel(own());
    network.loads.hold();
    const chosen = app.chooseModel(own());
    await turn();
    const switched = app.chooseProvider('wasm');
    await turn();
    network.loads.open();
    await switched;
    const made = await chosen;
    expect(await app.segmenter()).toBe(made);
    // The one before was on its way there already.
    expect(workers).toEqual(['webgpu', 'webgpu', 'wasm', 'wasm']);
    await turn();
    expect(network.count.live).toBe(1);
  });
});
