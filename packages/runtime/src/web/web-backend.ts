import { ClicksegError, checkOptions, describe } from '@clickseg/raster';
import type { Backend, BackendFallback, BackendSession } from '../backend.ts';
import { createSerial } from '../serial.ts';
import { isOrtThread } from '../worker/ort-thread.ts';
import { fallbackReason } from './fallback-reason.ts';
import { createWebSession, type WebExecutionProvider, type WebSession } from './web-session.ts';

/** How networks are run in a browser. */
export interface WebBackendOptions {
  /**
   * Tried in this order; why one was passed over stands in `segmenter.fallbacks`. Default WebGPU, then WebAssembly. A WebGPU
   * adapter that software imitates is passed over where WebAssembly follows.
   */
  readonly executionProviders?: readonly WebExecutionProvider[];
  /**
   * Threads of WebAssembly. Default: the cores, at most 4, where memory can be shared (the page is cross-origin isolated);
   * 1 elsewhere. The first backend of a page or worker decides for all.
   */
  readonly threads?: number;
  /**
   * Folder from which onnxruntime-web's `ort-wasm-simd-threaded*.{mjs,wasm}` are served, ending in `/`. A relative one
   * is relative to the address of the page or, in a worker, of the worker's script; from a `blob:` worker to the
   * root of the page's origin. Default: where the bundler puts them, which not every bundler does.
   */
  readonly wasmPaths?: string;
}

/** Defaults of {@link WebBackendOptions}. */
export const WEB_BACKEND_DEFAULTS = { executionProviders: ['webgpu', 'wasm'] } as const;

// One piece of work at a time in the WebAssembly module, whatever the number of backends: it can neither create nor run
// two sessions side by side.
const oneAtATime = createSerial();

/**
 * Runs networks through onnxruntime-web (an optional peer dependency), which is loaded with the first model. It
 * computes where it is called; in a page, call it in a worker: see {@link workerBackend}.
 *
 * A WebGPU device that is lost is replaced by WebAssembly, and the run under way is repeated there.
 *
 * @throws ClicksegError `invalid-option`
 */
export function webBackend(options: WebBackendOptions = {}): Backend {
  const { threads, wasmPaths } = checkOptions(options, 'webBackend');
  const { executionProviders = WEB_BACKEND_DEFAULTS.executionProviders } = options;
  check(executionProviders, threads, wasmPaths);
  // Loaded with a model it would come too late to hear what its threads are told first.
  if (isOrtThread()) void import('onnxruntime-web/wasm');
  return {
    name: 'web',
    load(bytes, { signal }) {
      return oneAtATime(async () => {
        const fallbacks: BackendFallback[] = [];
        for (const [i, provider] of executionProviders.entries()) {
          signal?.throwIfAborted();
          try {
            const imitated = !executionProviders.includes('wasm', i);
            const session = await createWebSession(bytes, provider, { threads, wasmPaths, imitated });
            // Kept only where it may be needed again.
            const again = () => createWebSession(copy, 'wasm', { threads, wasmPaths });
            const copy = provider === 'webgpu' ? bytes.slice() : bytes.subarray(0, 0);
            return guarded(session, again, fallbacks);
          } catch (error) {
            fallbacks.push({ provider, reason: fallbackReason(error, wasmPaths) });
          }
        }
        const tried = fallbacks.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
        throw new ClicksegError(
          'backend-failed',
          `webBackend: no execution provider took the model (${tried})`,
        );
      });
    },
  };
}

function guarded(
  first: WebSession,
  replace: () => Promise<WebSession>,
  fallbacks: BackendFallback[],
): BackendSession {
  let session = first;
  return {
    get provider() {
      return session.provider;
    },
    fallbacks,
    run: (feeds, { outputs }) =>
      oneAtATime(async () => {
        try {
          return await session.run(feeds, outputs);
        } catch (error) {
          const reason = await session.lost();
          if (reason === undefined) throw error;
          const gone = session;
          session = await replace();
          fallbacks.push({ provider: gone.provider, reason });
          // A lost device may refuse even this.
          await gone.release().catch(() => undefined);
          return session.run(feeds, outputs);
        }
      }),
    dispose: () => oneAtATime(() => session.release()),
  };
}

function check(providers: unknown, threads: unknown, wasmPaths: unknown): void {
  const refuse = (name: string, value: unknown, why: string) => {
    throw new ClicksegError('invalid-option', `webBackend: ${name} ${describe(value)} ${why}`);
  };
  if (!Array.isArray(providers) || providers.length === 0) {
    refuse('executionProviders', providers, 'is no list of providers');
  }
  for (const each of providers as unknown[]) {
    if (each !== 'webgpu' && each !== 'wasm')
      refuse('executionProviders', each, "is neither 'webgpu' nor 'wasm'");
  }
  if (threads !== undefined && (!Number.isSafeInteger(threads) || (threads as number) < 1)) {
    refuse('threads', threads, 'is not a whole number above 0');
  }
  if (wasmPaths !== undefined && (typeof wasmPaths !== 'string' || !wasmPaths.endsWith('/'))) {
    refuse('wasmPaths', wasmPaths, 'is no address of a folder, ending in /');
  }
}
