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
  if (typeof start !== 'function') {
    throw new ClicksegError(
      'invalid-option',
      `workerBackend: ${describe(start)} is no function that makes a worker`,
    );
  }
  const { startTimeout } = withDefaults(WORKER_BACKEND_DEFAULTS, checkOptions(options, 'workerBackend'));
  if (typeof startTimeout !== 'number' || !(startTimeout > 0)) {
    const got = describe(startTimeout);
    throw new ClicksegError('invalid-option', `workerBackend: startTimeout ${got} is no time in ms`);
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
    name: 'worker',
    async load(bytes, { signal }) {
      signal?.throwIfAborted();
      // A dead worker is replaced for those who come after it.
      if (link === undefined || link.isDead()) {
        link = connect(start(), startTimeout);
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
      // The warm-up is loading still: whoever gives that up waits for nothing. Of a prediction the end is waited for, or
      // runs that nobody wants would queue up in the worker.
      const warming = signal === ofLoading ? signal : undefined;
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

function connect(worker: Worker, startTimeout: number): Link {
  const api = wrap<WorkerApi>(worker);
  let death: ClicksegError | undefined;
  const mourners = new Set<(error: ClicksegError) => void>();
  let silence: ReturnType<typeof setTimeout> | undefined;
  const die = (why: string) => {
    clearTimeout(silence);
    death ??= new ClicksegError('backend-failed', `workerBackend: ${why}`);
    for (const mourner of mourners) mourner(death);
    // An error does not end a worker: it would keep its model's memory.
    worker.terminate();
  };
  // A script that is missing, blocked or broken says so here and nowhere else; calls to it would wait for ever.
  worker.addEventListener('error', (event) => {
    die(
      `the worker failed: ${event.message || 'its script could not be loaded, or the page’s policy forbids it'}`,
    );
  });
  worker.addEventListener('messageerror', () => die('the worker sent what could not be read'));
  // A script that runs and never serves makes no error either.
  if (startTimeout <= LONGEST_TIMER) {
    const never = `nothing came from the worker for ${startTimeout} ms: does its script call serveBackend(), or a thread's serveThread()?`;
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
      die('the worker was ended');
    },
  };
}
