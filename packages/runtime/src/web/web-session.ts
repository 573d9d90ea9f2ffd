import { ClicksegError } from '@clickseg/raster';
import type { InferenceSession } from 'onnxruntime-common';
import type { BackendSession } from '../backend.ts';
import { wasmFolder } from './wasm-folder.ts';

/** Execution providers of onnxruntime-web that run these networks. */
export type WebExecutionProvider = 'webgpu' | 'wasm';

/** One session of onnxruntime-web. */
export interface WebSession {
  readonly provider: WebExecutionProvider;
  run(
    feeds: Parameters<BackendSession['run']>[0],
    outputs: readonly string[],
  ): ReturnType<BackendSession['run']>;
  /** Why the GPU is gone, or `undefined` while it is there. */
  lost(): Promise<string | undefined>;
  release(): Promise<void>;
}

type Ort = typeof import('onnxruntime-web');

interface WebSessionSettings {
  readonly threads?: number;
  readonly wasmPaths?: string;
  /** Whether WebGPU may be one that software imitates. */
  readonly imitated?: boolean;
}

/** Loads onnxruntime-web's build for a provider and creates a session in it. */
export async function createWebSession(
  bytes: Uint8Array,
  provider: WebExecutionProvider,
  settings: WebSessionSettings,
): Promise<WebSession> {
  if (provider === 'webgpu') {
    const gpu = await findWebGpu();
    if (gpu === 'none') throw new Error('this browser offers no WebGPU adapter');
    if (gpu === 'imitated' && !settings.imitated)
      throw new Error('software imitates the WebGPU adapter, slower than WebAssembly');
  }
  // Two builds: the one without WebGPU is half as large to download.
  const ort: Ort =
    provider === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  configure(ort, provider, settings);
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    logSeverityLevel: 3,
  });
  return {
    provider,
    run: (feeds, outputs) => run(ort, session, feeds, outputs),
    lost: () => (provider === 'webgpu' ? lostReason(ort) : Promise.resolve(undefined)),
    release: () => session.release(),
  };
}

function configure(
  ort: Ort,
  provider: WebExecutionProvider,
  { threads, wasmPaths }: WebSessionSettings,
): void {
  // Threads of the build with WebGPU would have nothing to do. Asked for more where there is no shared memory, onnxruntime warns
  // and takes one.
  const several = provider === 'wasm' && hasSharedMemory();
  ort.env.wasm.numThreads = several ? (threads ?? wasmThreads()) : 1;
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmFolder(wasmPaths);
}

// An isolated page may still be without it: WebKitGTK's is.
const hasSharedMemory = () =>
  globalThis.crossOriginIsolated === true && typeof globalThis.SharedArrayBuffer === 'function';

/** How many threads {@link webBackend} takes for WebAssembly where none are named: one where memory cannot be shared. */
export function wasmThreads(): number {
  return hasSharedMemory() ? Math.min(4, globalThis.navigator?.hardwareConcurrency ?? 1) : 1;
}

/**
 * Whether {@link webBackend} would find a GPU through WebGPU here: to fetch the form of a model that will run fastest. WebAssembly
 * computes 8-bit convolutions in less time, WebGPU has none. An adapter that software imitates is none.
 */
export async function hasWebGpu(): Promise<boolean> {
  return (await findWebGpu()) === 'gpu';
}

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
  /** Where browsers had it before `info`. */
  readonly isFallbackAdapter?: boolean;
}

// Without a GPU some browsers hand out an adapter all the same (SwiftShader, llvmpipe, WARP).
async function findWebGpu(): Promise<'gpu' | 'imitated' | 'none'> {
  const { gpu } = (globalThis.navigator ?? {}) as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return 'none';
  return (adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter) ? 'imitated' : 'gpu';
}

async function run(
  ort: Ort,
  session: InferenceSession,
  feeds: Parameters<BackendSession['run']>[0],
  outputs: readonly string[],
): ReturnType<BackendSession['run']> {
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { data, dims }]) => [name, new ort.Tensor('float32', data, dims)]),
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
}

// `lost` is a promise that settles with the loss; raced against a task, it tells whether that has been.
async function lostReason(ort: Ort): Promise<string | undefined> {
  const device = (await ort.env.webgpu.device) as
    | { lost: Promise<{ reason: string; message: string }> }
    | undefined;
  const later = new Promise<undefined>((resolve) => setTimeout(resolve, 50, undefined));
  const loss = await Promise.race([device?.lost, later]);
  return loss && `the device was lost (${loss.reason}): ${loss.message}`;
}
