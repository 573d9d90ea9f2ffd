import { describe, expect, it } from 'vitest';
import { createSegmenter } from '../src/index.ts';
import { serveBackend } from '../src/worker/serve-backend.ts';
import { workerBackend } from '../src/worker/worker-backend.ts';
import { metadata, onnx } from './support.ts';

/**
 * A worker that never answers; `fail` plays the browser, whose error event does not end it. It posts what `say` is
 * given, and `asked` holds the ids of comlink's requests.
 */
function silentWorker() {
  const listeners = new Map<string, ((event: unknown) => void)[]>();
  const state = { terminated: 0, fail: () => {}, say: (_: unknown) => {}, asked: [] as string[] };
  const worker = {
    addEventListener: (type: string, listener: (event: unknown) => void) =>
      listeners.set(type, [...(listeners.get(type) ?? []), listener]),
    removeEventListener: () => undefined,
    postMessage: ({ id }: { id: string }) => state.asked.push(id),
    terminate: () => {
      state.terminated++;
    },
  };
  state.fail = () => {
    for (const listener of listeners.get('error') ?? []) listener({ message: 'out of memory' });
  };
  state.say = (data) => {
    for (const listener of listeners.get('message') ?? []) listener({ data });
  };
  return { ...state, state, worker: worker as unknown as Worker };
}

it('ends a worker that failed, so that its memory is given back, and starts another for the next model', async () => {
  const workers = [silentWorker(), silentWorker()];
  let started = 0;
  const backend = workerBackend(() => workers[started++].worker);
  const first = backend.load(new Uint8Array(1), {});
  workers[0].state.fail();
  await expect(first).rejects.toThrow(
    expect.objectContaining({ code: 'backend-failed', message: expect.stringContaining('out of memory') }),
  );
  expect(workers[0].state.terminated).toBeGreaterThan(0);
  const second = backend.load(new Uint8Array(1), {});
  expect(started).toBe(2);
  expect(workers[1].state.terminated).toBe(0);
  workers[1].state.fail();
  await expect(second).rejects.toThrow(expect.objectContaining({ code: 'backend-failed' }));
});

describe('loading that is aborted', () => {
  const reason = new Error('closed the tab');

  it('rejects at once and ends the worker; the next model gets another', async () => {
    const workers = [silentWorker(), silentWorker()];
    let started = 0;
    const backend = workerBackend(() => workers[started++].worker);
    const abort = new AbortController();
    const loading = backend.load(new Uint8Array(1), { signal: abort.signal });
    abort.abort(reason);
    await expect(loading).rejects.toBe(reason);
    expect(workers[0].state.terminated).toBeGreaterThan(0);
    const second = backend.load(new Uint8Array(1), {});
    expect(started).toBe(2);
    workers[1].state.fail();
    await expect(second).rejects.toThrow();
    await expect(backend.load(new Uint8Array(1), { signal: abort.signal })).rejects.toBe(reason);
    expect(started).toBe(2);
  });

  it('leaves a worker alone that another model uses, and frees there what still arrives', async () => {
    const { worker, state } = silentWorker();
    const backend = workerBackend(() => worker);
    const answer = (id: number) =>
      state.say({
        id: state.asked.at(-1),
        type: 'RAW',
        value: { value: { id, provider: 'silent', fallbacks: [] } },
      });
    const first = backend.load(new Uint8Array(1), {});
    answer(1);
    expect((await first).provider).toBe('silent');
    const abort = new AbortController();
    const second = backend.load(new Uint8Array(1), { signal: abort.signal });
    abort.abort(reason);
    await expect(second).rejects.toBe(reason);
    expect(state.terminated).toBe(0);
    expect(state.asked).toHaveLength(2);
    answer(2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(state.asked).toHaveLength(3);
    expect(state.terminated).toBe(0);
  });
});

describe('a warm-up that is aborted', () => {
  const reason = new Error('closed the tab');
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
  const feeds = { input: { type: 'float32', data: new Float32Array(3), dims: [1, 3, 1, 1] } } as const;
  /** A session in a worker that answers nothing but its loading, and the signal that this heeds. */
  async function loaded(others = 0) {
    const silent = silentWorker();
    const { state } = silent;
    const backend = workerBackend(() => silent.worker);
    const abort = new AbortController();
    const load = async (id: number, signal?: AbortSignal) => {
      const session = backend.load(new Uint8Array(1), { signal });
      const value = { value: { id, provider: 'silent', fallbacks: [] } };
      state.say({ id: state.asked.at(-1), type: 'RAW', value });
      return session;
    };
    for (let id = 0; id < others; id++) await load(id);
    return { state, abort, session: await load(others, abort.signal) };
  }

  it('is waited for no longer, and ends the worker with its session', async () => {
    const { state, abort, session } = await loaded();
    const running = session.run(feeds, { outputs: ['output'], signal: abort.signal });
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
    await session.dispose();
    expect(state.terminated).toBeGreaterThan(0);
  });

  it('leaves a worker alone that another model uses, and has the session freed there', async () => {
    const { state, abort, session } = await loaded(1);
    const running = session.run(feeds, { outputs: ['output'], signal: abort.signal });
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
    await session.dispose();
    // Two loads, the run and the disposal.
    expect(state.asked).toHaveLength(4);
    expect(state.terminated).toBe(0);
  });

  it('is no prediction: the end of one is waited for', async () => {
    const { state, session } = await loaded();
    const abort = new AbortController();
    const running = session.run(feeds, { outputs: ['output'], signal: abort.signal });
    abort.abort(reason);
    expect(await Promise.race([running, turn().then(() => 'still waiting')])).toBe('still waiting');
    state.fail();
    await expect(running).rejects.toThrow('out of memory');
  });

  it('is a session’s first run alone: of a prediction with the signal of the loading the end is waited for', async () => {
    const { state, abort, session } = await loaded();
    const options = { outputs: ['output'], signal: abort.signal };
    const answer = () => {
      const value = { value: { outputs: {}, state: { id: 0, provider: 'silent', fallbacks: [] } } };
      state.say({ id: state.asked.at(-1), type: 'RAW', value });
    };
    const warming = session.run(feeds, options);
    answer();
    await warming;
    const running = session.run(feeds, options);
    abort.abort(reason);
    expect(await Promise.race([running, turn().then(() => 'still waiting')])).toBe('still waiting');
    expect(state.terminated).toBe(0);
    answer();
    await running;
    const disposal = session.dispose();
    expect(await Promise.race([disposal, turn().then(() => 'still waiting')])).toBe('still waiting');
    state.say({ id: state.asked.at(-1), type: 'RAW', value: { value: undefined } });
    await disposal;
  });

  it('rejects createSegmenter at once', async () => {
    const silent = silentWorker();
    const abort = new AbortController();
    const loading = createSegmenter({
      model: { data: onnx, metadata },
      backend: workerBackend(() => silent.worker),
      signal: abort.signal,
    });
    await turn();
    const value = { value: { id: 1, provider: 'silent', fallbacks: [] } };
    silent.state.say({ id: silent.state.asked.at(-1), type: 'RAW', value });
    await turn();
    expect(silent.state.asked).toHaveLength(2);
    abort.abort(reason);
    await expect(loading).rejects.toBe(reason);
    expect(silent.state.terminated).toBeGreaterThan(0);
  });

  it('leaves the runs of a session in the worker one at a time, its disposal the last', async () => {
    const { port1, port2 } = new MessageChannel();
    const steps: string[] = [];
    const step = async (what: string) => {
      steps.push(`${what} begins`);
      await turn();
      steps.push(`${what} ends`);
    };
    const answer = { output: { type: 'float32' as const, data: new Float32Array(1), dims: [1, 1, 1, 1] } };
    const served = {
      provider: 'slow',
      run: () => step('run').then(() => answer),
      dispose: () => step('disposal'),
    };
    serveBackend({ name: 'slow', load: async () => served }, port1 as never);
    port1.start();
    port2.start();
    const worker = Object.assign(port2, { terminate: () => port2.close() });
    const backend = workerBackend(() => worker as never);
    const abort = new AbortController();
    const other = await backend.load(new Uint8Array(1), {});
    const session = await backend.load(new Uint8Array(1), { signal: abort.signal });
    const running = session.run(feeds, { outputs: ['output'], signal: abort.signal });
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
    await session.dispose();
    while (steps.length < 4) await turn();
    expect(steps).toEqual(['run begins', 'run ends', 'disposal begins', 'disposal ends']);
    await other.dispose();
    port1.close();
  });
});

describe('a worker that never serves', () => {
  const silence = expect.objectContaining({
    code: 'backend-failed',
    message: expect.stringContaining('serveBackend()'),
  });

  it('fails the loading after a while, whatever else it says, and is ended', async () => {
    const { worker, state } = silentWorker();
    const loading = workerBackend(() => worker, { startTimeout: 20 }).load(new Uint8Array(1), {});
    state.say('hello');
    state.say({ greeting: 'hello' });
    await expect(loading).rejects.toThrow(silence);
    expect(state.terminated).toBeGreaterThan(0);
  });

  it('is not one that says so and then takes its time', async () => {
    const { worker, state } = silentWorker();
    const loading = workerBackend(() => worker, { startTimeout: 20 }).load(new Uint8Array(1), {});
    serveBackend(
      { name: 'unused', load: () => Promise.reject(new Error('unused')) },
      {
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
        postMessage: (message: unknown) => state.say(message),
      },
    );
    const late = new Promise((resolve) => setTimeout(resolve, 60, 'still waiting'));
    expect(await Promise.race([loading, late])).toBe('still waiting');
    expect(state.terminated).toBe(0);
    state.fail();
    await expect(loading).rejects.toThrow('out of memory');
  });

  it('is not begun with options that are none', () => {
    const code = expect.objectContaining({ code: 'invalid-option' });
    expect(() => workerBackend(() => silentWorker().worker, null as never)).toThrow(code);
  });

  it.each([0, -1, Number.NaN, '30' as never])('is not waited for %s ms', (startTimeout) => {
    const code = expect.objectContaining({ code: 'invalid-option' });
    expect(() => workerBackend(() => silentWorker().worker, { startTimeout })).toThrow(code);
  });
});
