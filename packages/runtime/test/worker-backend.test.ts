import { expect, it } from 'vitest';
import { workerBackend } from '../src/worker/worker-backend.ts';

/** A worker that never answers; `fail` plays the browser, whose error event does not end it. */
function silentWorker() {
  const listeners = new Map<string, ((event: unknown) => void)[]>();
  const state = { terminated: 0, fail: () => {} };
  const worker = {
    addEventListener: (type: string, listener: (event: unknown) => void) =>
      listeners.set(type, [...(listeners.get(type) ?? []), listener]),
    removeEventListener: () => undefined,
    postMessage: () => undefined,
    terminate: () => {
      state.terminated++;
    },
  };
  state.fail = () => {
    for (const listener of listeners.get('error') ?? []) listener({ message: 'out of memory' });
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
