import type { Backend, BackendSession } from './backend.ts';
import { backendFault } from './backend-fault.ts';
import { checkBytes } from './bytes.ts';
import {
  MODEL_METADATA_KEY,
  type ModelMetadata,
  type ModelMetadataInput,
  parseMetadata,
} from './metadata.ts';
import { modelIo } from './model-io.ts';
import { type Network, runNetwork, toProbability } from './network.ts';
import { type ModelInfo, readModel } from './onnx/read-model.ts';
import { refuseModel } from './refuse-model.ts';
import { checkSha256 } from './sha256.ts';
import { windowSize } from './window.ts';

/** A model by its bytes. */
export interface ModelSource {
  /** The `.onnx` file, weights included. Not changed, not kept. */
  readonly data: Uint8Array | ArrayBuffer;
  /** 64 hex digits that the bytes must have. */
  readonly sha256?: string;
  /** Describes a model that does not describe itself; goes before its own description. */
  readonly metadata?: ModelMetadataInput;
}

/** A step of loading that begins. */
export interface Progress {
  readonly stage: 'check' | 'load' | 'warm-up' | 'ready';
}

/** Checks, loads and warms up; whatever fails, no session is left behind. */
export async function loadNetwork(
  source: ModelSource,
  backend: Backend,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress) => void },
): Promise<Network> {
  const { signal, onProgress } = options;
  const step = (stage: Progress['stage']) => {
    signal?.throwIfAborted();
    onProgress?.({ stage });
    // Who is told may abort.
    signal?.throwIfAborted();
  };
  step('check');
  const bytes = modelBytes(source);
  if (source.sha256 !== undefined) await checkSha256(bytes, source.sha256);
  const info = readModel(bytes);
  const metadata = describeModel(info, source.metadata);
  const io = modelIo(info, metadata);
  step('load');
  const session = await loadSession(backend, bytes, signal);
  const network = { session, metadata, io };
  try {
    step('warm-up');
    await warmUp(network, signal);
    step('ready');
    return network;
  } catch (error) {
    try {
      await session.dispose();
    } catch {
      // What failed first is what the caller must know.
    }
    throw error;
  }
}

// WebCrypto and browsers' decoders refuse shared memory, and a caller may change it meanwhile.
function modelBytes(source: ModelSource): Uint8Array {
  const data: unknown = source?.data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  const bytes = checkBytes(data);
  return bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
}

function describeModel(info: ModelInfo, given: ModelMetadataInput | undefined): ModelMetadata {
  const own = given === undefined ? info.properties[MODEL_METADATA_KEY] : given;
  if (own !== undefined) return parseMetadata(own);
  const keys = Object.keys(info.properties).join(', ') || 'none';
  const why = `it does not describe itself: no '${MODEL_METADATA_KEY}' among its properties (${keys})`;
  return refuseModel(`${why}; give model.metadata`);
}

async function loadSession(
  backend: Backend,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<BackendSession> {
  try {
    const session = await backend.load(bytes, { signal });
    if (!session) throw new TypeError('it gave no session');
    return session;
  } catch (cause) {
    throw backendFault(`${backend.name}: the model could not be loaded`, cause, signal);
  }
}

// A small run finds wrong outputs at once, and pays the first run's compilation before the first click.
async function warmUp(network: Network, signal: AbortSignal | undefined): Promise<void> {
  const { metadata, io } = network;
  const side = 4 * metadata.sizeMultiple;
  const size = windowSize([side, side], metadata, io.fixed);
  const input = new Float32Array(io.channels * size[0] * size[1]);
  const output = await runNetwork(network, input, size, signal);
  for (const value of output) toProbability(value, metadata.output);
}
