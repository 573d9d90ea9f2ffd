import { ClicksegError, checkOptions, describe, unlessAborted, withDefaults } from '@clickseg/raster';
import { type Remote, releaseProxy, wrap } from 'comlink';
import type { Backend, BackendSession } from '../backend.ts';
import { LONGEST_TIMER } from '../timer.ts';
import { type Answer, isOurs, type SessionState, type WorkerApi } from './serve-backend.ts';
import { WORKER_BACKEND_DEFAULTS, type WorkerBackendOptions } from './worker-options.ts';

/**
 * Runs networks in a worker, so that a page stays responsive: everything else of the runtime works as without one.
 * The worker is started with the first model and ended with the last, which gives WebAssembly's memory back. Loading
 * that is aborted, the warm-up included, ends it at once where it holds no other model.
 *
 * @param start - makes the worker, whose script calls {@link serveBackend}:
 * `() => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })`
 * @throws ClicksegError `invalid-option`
 */
export function workerBackend(start: () => Worker, options: WorkerBackendOptions = {}): Backend {
  return backendElsewhere('worker', start, options);
}

/**
 * {@link workerBackend}, and `threadBackend`, each of which speaks of what it starts.
 * @throws ClicksegError `invalid-option`
 * @internal
 */
export function backendElsewhere(
  kind: 'worker' | 'thread',
  start: () => Worker,
  options: WorkerBackendOptions,
): Backend {
  const what = `${kind}Backend`;
  if (typeof start !== 'function') {
    const got = describe(start);
    throw new ClicksegError('invalid-option', `${what}: ${got} is no function that makes a ${kind}`);
  }
  const { startTimeout } = withDefaults(WORKER_BACKEND_DEFAULTS, checkOptions(options, what));
  if (typeof startTimeout !== 'number' || !(startTimeout > 0)) {
    const got = describe(startTimeout);
    throw new ClicksegError('invalid-option', `${what}: startTimeout ${got} is no time in ms`);
  }
  let link: Link | undefined;
  let users = 0;
  const leave = () => {
    users--;
    if (users > 0) return;
    link?.end();
    link = undefined;
  };
  return {
    name: kind,
    async load(bytes, { signal }) {
      signal?.throwIfAborted();
      // A dead worker is replaced for those who come after it.
      if (link === undefined || link.isDead()) {
        link = connect(kind, start(), startTimeout);
        users = 0;
      }
      users++;
      const own = link;
      const done = () => {
        if (own === link) leave();
      };
      const loading = own.call((api) => api.load(bytes));
      try {
        return session(own, await unlessAborted(loading, signal), signal, done);
      } catch (error) {
        // In a worker that others keep alive the model still arrives, and belongs to nobody.
        loading.then(({ id }) => own.call((api) => api.dispose(id))).catch(() => undefined);
        done();
        throw error;
      }
    },
  };
}

function session(
  link: Link,
  first: SessionState,
  ofLoading: AbortSignal | undefined,
  leave: () => void,
): BackendSession {
  let state = first;
  let abandoned = false;
  let warm = false;
  return {
    get provider() {
      return state.provider;
    },
    get fallbacks() {
      return state.fallbacks;
    },
    // Feeds are copied, not moved: the runtime uses their memory again.
    async run(feeds, { outputs, signal }) {
      const asked = link.call((api) => api.run(state.id, feeds, outputs));
      // The warm-up, a session's first run, is loading still: whoever gives that up waits for nothing. Of a prediction the
      // end is waited for, or runs that nobody wants would queue up in the worker, and a thread be ended while it computes;
      // also of one that has the signal of the loading, as one signal for both is a caller's right.
      const warming = !warm && signal === ofLoading ? signal : undefined;
      warm = true;
      try {
        const result = await unlessAborted(asked, warming);
        state = result.state;
        return result.outputs;
      } catch (error) {
        abandoned ||= warming?.aborted === true;
        throw error;
      }
    },
    async dispose() {
      try {
        if (link.isDead()) return;
        const freed = link.call((api) => api.dispose(state.id));
        // It is freed when that run has ended, or with the worker.
        if (abandoned) freed.catch(() => undefined);
        else await freed;
      } finally {
        leave();
      }
    },
  };
}

interface Link {
  /** @throws ClicksegError as the worker did, or `backend-failed` where it died */
  call<T>(work: (api: Remote<WorkerApi>) => Promise<Answer<T>>): Promise<T>;
  isDead(): boolean;
  end(): void;
}

function connect(kind: 'worker' | 'thread', worker: Worker, startTimeout: number): Link {
  const api = wrap<WorkerApi>(worker);
  let death: ClicksegError | undefined;
  const mourners = new Set<(error: ClicksegError) => void>();
  let silence: ReturnType<typeof setTimeout> | undefined;
  const die = (why: string) => {
    clearTimeout(silence);
    death ??= new ClicksegError('backend-failed', `${kind}Backend: ${why}`);
    for (const mourner of mourners) mourner(death);
    // An error does not end a worker: it would keep its model's memory.
    worker.terminate();
  };
  // A script that is missing, blocked or broken says so here and nowhere else; calls to it would wait for ever.
  worker.addEventListener('error', (event) => {
    die(
      `the ${kind} failed: ${event.message || 'its script could not be loaded, or the page’s policy forbids it'}`,
    );
  });
  worker.addEventListener('messageerror', () => die(`the ${kind} sent what could not be read`));
  // A script that runs and never serves makes no error either.
  if (startTimeout <= LONGEST_TIMER) {
    const serve = kind === 'worker' ? 'serveBackend' : 'serveThread';
    const never = `nothing came from the ${kind} for ${startTimeout} ms: does its script call ${serve}()?`;
    silence = setTimeout(() => die(never), startTimeout);
  }
  worker.addEventListener('message', ({ data }) => {
    if (isOurs(data)) clearTimeout(silence);
  });
  return {
    async call(work) {
      if (death) throw death;
      let mourner: (error: ClicksegError) => void = () => undefined;
      const fatal = new Promise<never>((_, reject) => {
        mourner = reject;
        mourners.add(mourner);
      });
      try {
        const answer = await Promise.race([work(api), fatal]);
        if ('value' in answer) return answer.value;
        throw new ClicksegError(answer.error.code ?? 'backend-failed', answer.error.message);
      } finally {
        mourners.delete(mourner);
      }
    },
    isDead: () => death !== undefined,
    end() {
      api[releaseProxy]();
      die(`the ${kind} was ended`);
    },
  };
}
