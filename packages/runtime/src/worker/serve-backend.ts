import { type ClicksegErrorCode, describe, isClicksegError } from '@clickseg/raster';
import { type Endpoint, expose, transfer } from 'comlink';
import type { Backend, BackendFallback, BackendSession, BackendTensor } from '../backend.ts';
import { createSerial } from '../serial.ts';
import { isOrtThread } from './ort-thread.ts';

/** What a session is called, and what computes it now. */
export interface SessionState {
  readonly id: number;
  readonly provider: string;
  readonly fallbacks: readonly BackendFallback[];
}

/** Errors lose their class and code on the way between threads, so they go as data. */
export type Answer<T> =
  | { readonly value: T }
  | { readonly error: { readonly code: ClicksegErrorCode | undefined; readonly message: string } };

/** What the worker says once it can be called; comlink passes over it, for it has no id. */
const READY = { clickseg: 'ready' } as const;

/** Whether a message is a sign of life: that word, or an answer. What a script itself posts is none. */
export function isOurs(message: unknown): boolean {
  const { clickseg, id } = (message ?? {}) as { readonly clickseg?: unknown; readonly id?: unknown };
  return clickseg === READY.clickseg || id !== undefined;
}

/** A session, and the turns that its runs take: the page may give up waiting for one, and a backend knows only one at a time. */
interface Served {
  readonly session: BackendSession;
  readonly inTurn: ReturnType<typeof createSerial>;
}

/** What the worker does for the page. */
export interface WorkerApi {
  load(bytes: Uint8Array): Promise<Answer<SessionState>>;
  run(
    id: number,
    feeds: Readonly<Record<string, BackendTensor>>,
    outputs: readonly string[],
  ): Promise<Answer<{ outputs: Readonly<Record<string, BackendTensor>>; state: SessionState }>>;
  dispose(id: number): Promise<Answer<undefined>>;
}

/**
 * Makes a worker run networks for the page's {@link workerBackend}: the worker's only line besides its import.
 *
 * @param backend - such as `webBackend()`
 * @param endpoint - the worker's own scope where not given
 */
export function serveBackend(backend: Backend, endpoint: Endpoint = globalThis as unknown as Endpoint): void {
  if (isOrtThread()) return;
  const sessions = new Map<number, Served>();
  let next = 1;
  const state = (id: number, { provider, fallbacks }: BackendSession): SessionState => ({
    id,
    provider,
    fallbacks: [...(fallbacks ?? [])],
  });
  const find = (id: number) => {
    const served = sessions.get(id);
    if (served === undefined) throw new Error(`the worker has no session ${id}`);
    return served;
  };
  const api: WorkerApi = {
    load: (bytes) =>
      answer(async () => {
        const session = await backend.load(bytes, {});
        const id = next++;
        sessions.set(id, { session, inTurn: createSerial() });
        return state(id, session);
      }),
    async run(id, feeds, outputs) {
      const answered = await answer(async () => {
        const { session, inTurn } = find(id);
        const results = await inTurn(() => session.run(feeds, { outputs }));
        return { outputs: dense(results), state: state(id, session) };
      });
      if (!('value' in answered)) return answered;
      const buffers = Object.values(answered.value.outputs).map(({ data }) => data.buffer as ArrayBuffer);
      return transfer(answered, [...new Set(buffers)]);
    },
    dispose: (id) =>
      answer(async () => {
        const { session, inTurn } = find(id);
        sessions.delete(id);
        await inTurn(() => session.dispose());
        return undefined;
      }),
  };
  expose(api, endpoint);
  endpoint.postMessage(READY);
}

// A result may be a window on the module's whole memory, which cannot be given away.
function dense(results: Readonly<Record<string, BackendTensor>>): Record<string, BackendTensor> {
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, data, dims }]) => {
      const own = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
      return [name, { type, data: own ? data : data.slice(), dims: [...dims] }];
    }),
  );
}

async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    const text = (error as Error | undefined)?.message ?? describe(error);
    return { error: { code: isClicksegError(error) ? error.code : undefined, message: text } };
  }
}
