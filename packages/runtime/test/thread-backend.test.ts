import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { bundleThread } from '@clickseg/testing-browser';
import { beforeAll, expect, it } from 'vitest';
import { conformanceCases, conformanceModel, runConformance } from '../src/conformance/index.ts';
import { createSegmenter, type Progress } from '../src/index.ts';
import { serveThread, threadBackend, WORKER_BACKEND_DEFAULTS } from '../src/node/index.ts';
import { metadata, picture } from './support.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const model = { data: conformanceModel(), metadata: { ...metadata, threshold: 0.5 } };
let thread: URL;
let dying: URL;
let slow: URL;
let slowRun: URL;
let silent: URL;
beforeAll(async () => {
  thread = await bundleThread(here('threads/thread.ts'), here('../.results/thread.mjs'));
  dying = await bundleThread(here('threads/dying-thread.ts'), here('../.results/dying-thread.mjs'));
  slow = await bundleThread(here('threads/slow-thread.ts'), here('../.results/slow-thread.mjs'));
  slowRun = await bundleThread(here('threads/slow-run-thread.ts'), here('../.results/slow-run-thread.mjs'));
  silent = await bundleThread(here('threads/silent-thread.ts'), here('../.results/silent-thread.mjs'));
});

it(`passes all ${conformanceCases.length} cases of the suite, bit for bit`, async () => {
  const started: Worker[] = [];
  const backend = () =>
    threadBackend(() => {
      started.push(new Worker(thread));
      return started[started.length - 1];
    });
  const { results } = await runConformance({ backend });
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  expect(results).toHaveLength(conformanceCases.length);
  // Each was ended with its last model.
  await Promise.all(
    started.map((one) => (one.threadId === -1 ? 0 : new Promise((r) => one.once('exit', r)))),
  );
  expect(started.map(({ threadId }) => threadId).filter((id) => id !== -1)).toEqual([]);
}, 60_000);

it('leaves the main thread free while it computes', async () => {
  const segmenter = await createSegmenter({ model, backend: threadBackend(() => new Worker(thread)) });
  const interaction = await segmenter.open(picture(512, 512));
  interaction.add({ x: 200, y: 200, label: 'foreground' });
  let turns = 0;
  let done = false;
  const turn = () => {
    if (done) return;
    turns++;
    setImmediate(turn);
  };
  turn();
  const { timings } = await interaction.predict();
  done = true;
  // On the main thread the run would be one turn, however long it takes.
  expect(turns).toBeGreaterThan(20);
  expect(timings.inference).toBeGreaterThan(0);
  await segmenter.dispose();
});

it('that dies fails the run under way, says so, and is replaced for the next model', async () => {
  let script = dying;
  const backend = threadBackend(() => new Worker(script));
  const segmenter = await createSegmenter({ model, backend });
  const interaction = await segmenter.open(picture(32, 32));
  interaction.add({ x: 9, y: 9, label: 'foreground' });
  const before = await interaction.predict();
  const failed = { code: 'backend-failed', message: expect.stringContaining('exit code 7') };
  await expect(interaction.predict()).rejects.toThrow(expect.objectContaining(failed));
  await expect(interaction.predict()).rejects.toThrow(expect.objectContaining(failed));
  script = thread;
  const next = await createSegmenter({ model, backend });
  const again = await next.open(picture(32, 32));
  again.fromJSON(interaction.toJSON());
  expect((await again.predict()).mask.data).toEqual(before.mask.data);
  await Promise.all([segmenter.dispose(), next.dispose()]);
});

it('that cannot start is an error, no silence', async () => {
  const missing = threadBackend(() => new Worker(new URL('file:///nowhere/thread.mjs')));
  await expect(createSegmenter({ model, backend: missing })).rejects.toThrow(
    expect.objectContaining({ code: 'backend-failed', message: expect.stringContaining('nowhere') }),
  );
  const code = expect.objectContaining({ code: 'invalid-option' });
  expect(() => threadBackend('thread.js' as never)).toThrow(code);
  // Each backend speaks of itself.
  const own = expect.objectContaining({ message: expect.stringMatching(/^threadBackend: (?!.*worker)/) });
  expect(() => threadBackend('thread.js' as never)).toThrow(own);
  expect(() => threadBackend(() => new Worker(thread), { startTimeout: -1 })).toThrow(own);
  await expect(missing.load(new Uint8Array(1), {})).rejects.toThrow(own);
  expect(() => serveThread({ name: 'x', load: () => Promise.reject(new Error('unused')) })).toThrow(code);
});

it('whose loading is aborted rejects at once, but is ended only when it computes no more', async () => {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const threads: Worker[] = [];
  const backend = threadBackend(() => {
    threads.push(new Worker(slow, { workerData: done }));
    return threads[threads.length - 1];
  });
  const abort = new AbortController();
  const loading = createSegmenter({ model, backend, signal: abort.signal });
  loading.catch(() => undefined);
  // Its word that it serves; it is loading from then on.
  await new Promise((resolve) => threads[0].once('message', resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const reason = new Error('away');
  abort.abort(reason);
  await expect(loading).rejects.toBe(reason);
  expect(done[0]).toBe(0);
  await new Promise((resolve) => threads[0].once('exit', resolve));
  expect(done[0]).toBe(1);
});

it('has its defaults beside it', () => {
  expect(WORKER_BACKEND_DEFAULTS).toEqual({ startTimeout: 30_000 });
});

it('whose warm-up is aborted rejects at once, but is ended only when it computes no more', async () => {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const threads: Worker[] = [];
  const backend = threadBackend(() => {
    threads.push(new Worker(slowRun, { workerData: done }));
    return threads[threads.length - 1];
  });
  const abort = new AbortController();
  const reason = new Error('away');
  const onProgress = ({ stage }: Progress) => {
    if (stage === 'warm-up') setTimeout(() => abort.abort(reason), 50);
  };
  const loading = createSegmenter({ model, backend, signal: abort.signal, onProgress });
  await expect(loading).rejects.toBe(reason);
  expect(done[0]).toBe(0);
  await new Promise((resolve) => threads[0].once('exit', resolve));
  expect(done[0]).toBe(1);
});

it('that never serves is an error, and is ended', async () => {
  const threads: Worker[] = [];
  const start = () => {
    threads.push(new Worker(silent));
    return threads[threads.length - 1];
  };
  const backend = threadBackend(start, { startTimeout: 300 });
  await expect(createSegmenter({ model, backend })).rejects.toThrow(
    expect.objectContaining({ code: 'backend-failed', message: expect.stringContaining('serveThread()') }),
  );
  await new Promise((resolve) => threads[0].once('exit', resolve));
});
