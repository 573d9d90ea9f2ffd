import { ClicksegError, checkOptions, describe } from '@clickseg/raster';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import type { Backend, BackendFallback, BackendSession } from '../backend.ts';
import { createSerial } from '../serial.ts';
import { fallbackReason } from './fallback-reason.ts';

/** Execution providers of onnxruntime-node; which of them exist depends on platform and build. */
export type NodeExecutionProvider = 'cpu' | 'webgpu' | 'cuda' | 'tensorrt' | 'coreml' | 'dml' | (string & {});

/** How networks are run in Node. */
export interface NodeBackendOptions {
  /** Tried in this order; why one was passed over stands in `segmenter.fallbacks`. */
  readonly executionProviders?: readonly NodeExecutionProvider[];
  /** Threads of one run; onnxruntime's own choice (the physical cores) where not given. */
  readonly threads?: number;
}

/** Defaults of {@link NodeBackendOptions}. */
export const NODE_BACKEND_DEFAULTS = { executionProviders: ['cpu'] } as const;

// Shared by every backend made here: it is the native library that wants one creation at a time.
const creation = createSerial();

/**
 * Runs networks through onnxruntime-node (an optional peer dependency).
 *
 * A run blocks the JavaScript thread while it computes, as onnxruntime-node 1.x does: in a server,
 * give the runtime a worker thread.
 *
 * @throws ClicksegError `invalid-option`
 */
export function nodeBackend(options: NodeBackendOptions = {}): Backend {
  const { threads } = checkOptions(options, 'nodeBackend');
  const { executionProviders = NODE_BACKEND_DEFAULTS.executionProviders } = options;
  if (!Array.isArray(executionProviders) || executionProviders.length === 0) {
    const got = describe(executionProviders);
    throw new ClicksegError(
      'invalid-option',
      `nodeBackend: executionProviders ${got} is not a list of names`,
    );
  }
  if (threads !== undefined && (!Number.isSafeInteger(threads) || threads < 1)) {
    const got = describe(threads);
    throw new ClicksegError('invalid-option', `nodeBackend: threads ${got} is not a whole number above 0`);
  }
  const settings = threads === undefined ? {} : { intraOpNumThreads: threads };
  return {
    name: 'node',
    load(bytes, { signal }) {
      return creation(async () => {
        const fallbacks: BackendFallback[] = [];
        for (const provider of executionProviders as readonly string[]) {
          signal?.throwIfAborted();
          try {
            const session = await InferenceSession.create(bytes, {
              executionProviders: [provider],
              // Warnings about single nodes go to stderr otherwise, which belongs to the application.
              logSeverityLevel: 3,
              ...settings,
            });
            return wrap(session, provider, fallbacks);
          } catch (error) {
            const known = listSupportedBackends().map(({ name }) => name);
            fallbacks.push({ provider, reason: fallbackReason(provider, error, known) });
          }
        }
        const tried = fallbacks.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
        throw new ClicksegError(
          'backend-failed',
          `nodeBackend: no execution provider took the model (${tried})`,
        );
      });
    },
  };
}

function wrap(
  session: InferenceSession,
  provider: string,
  fallbacks: readonly BackendFallback[],
): BackendSession {
  return {
    provider,
    fallbacks,
    async run(feeds, { outputs }) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { data, dims }]) => [name, new Tensor('float32', data, dims)]),
      );
      const results = await session.run(tensors, outputs);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => {
          if (tensor.type !== 'float32') {
            throw new ClicksegError(
              'invalid-model',
              `model: its output '${name}' is ${tensor.type}, not float32`,
            );
          }
          return [name, { type: 'float32', data: tensor.data as Float32Array, dims: tensor.dims }];
        }),
      );
    },
    dispose: () => session.release(),
  };
}
