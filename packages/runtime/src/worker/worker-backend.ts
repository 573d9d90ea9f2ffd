import { ClicksegError, describe } from '@clickseg/raster';
import { type Remote, releaseProxy, wrap } from 'comlink';
import type { Backend, BackendSession } from '../backend.ts';
import type { Answer, SessionState, WorkerApi } from './serve-backend.ts';

/**
 * Runs networks in a worker, so that a page stays responsive: everything else of the runtime works as without one.
 * The worker is started with the first model and ended with the last, which gives WebAssembly's memory back.
 *
 * @param start - makes the worker, whose script calls {@link serveBackend}:
 * `() => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })`
 * @throws ClicksegError `invalid-option`
 */
export function workerBackend(start: () => Worker): Backend {
  if (typeof start !== 'function') {
    throw new ClicksegError(
      'invalid-option',
      `workerBackend: ${describe(start)} is no function that makes a worker`,
    );
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
    async load(bytes) {
      // A dead worker is replaced for those who come after it.
      if (link === undefined || link.isDead()) {
        link = connect(start());
        users = 0;
      }
      users++;
      const own = link;
      try {
        const state = await own.call((api) => api.load(bytes));
        return session(own, state, () => {
          if (own === link) leave();
        });
      } catch (error) {
        if (own === link) leave();
        throw error;
      }
    },
  };
}

function session(link: Link, first: SessionState, leave: () => void): BackendSession {
  let state = first;
  return {
    get provider() {
      return state.provider;
    },
    get fallbacks() {
      return state.fallbacks;
    },
    // Feeds are copied, not moved: the runtime uses their memory again.
    async run(feeds, { outputs }) {
      const result = await link.call((api) => api.run(state.id, feeds, outputs));
      state = result.state;
      return result.outputs;
    },
    async dispose() {
      try {
        if (!link.isDead()) await link.call((api) => api.dispose(state.id));
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

function connect(worker: Worker): Link {
  const api = wrap<WorkerApi>(worker);
  let death: ClicksegError | undefined;
  const mourners = new Set<(error: ClicksegError) => void>();
  const die = (why: string) => {
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
