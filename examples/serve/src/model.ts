import { createHash } from 'node:crypto';
import {
  type Backend,
  type BackendSession,
  createSegmenter,
  type ModelInfo,
  type ModelIo,
  type ModelMetadata,
  modelIo,
  readModel,
} from '@clickseg/runtime';
import type { RunBatch, Work } from './batcher.ts';

/** A model, loaded, as the server needs it. */
export interface ServedModel extends ModelIo {
  readonly metadata: ModelMetadata;
  /**
   * The first 12 hex digits of the SHA-256 of its bytes. A client's session ends where it changes, as the masks of another
   * model would look right and be wrong.
   */
  readonly version: string;
  /** Names of the graph's outputs that the runtime could read, `output` among them: float32, `[n, 1, h, w]`. */
  readonly outputs: readonly string[];
  /** A graph with a fixed batch of one takes its images one by one. */
  readonly batches: boolean;
  /** False from a run that broke the session until the model is loaded anew. */
  ready(): boolean;
  readonly run: RunBatch;
  dispose(): Promise<void>;
}

/** ms from a load that failed to the next; twice as long each time, up to {@link RELOAD_MOST}. */
export const RELOAD_FIRST = 1000;
const RELOAD_MOST = 60_000;

/**
 * Loads a model that describes itself.
 * @param log - takes a line of JSON for every time that a broken session could not be loaded anew; default: nobody does
 * @throws ClicksegError for every model that the runtime refuses, and as it does: see `createSegmenter`
 */
export async function loadServedModel(
  bytes: Uint8Array,
  backend: Backend,
  log?: (line: string) => void,
): Promise<ServedModel> {
  const { metadata, session } = await loadChecked(bytes, backend);
  const info = readModel(bytes);
  const io = modelIo(info, metadata);
  const { input, channels } = io;
  const small = smallWork(io, metadata);
  const outputs = await readableOutputs();
  const sessions = keepSession(session, () => backend.load(bytes, {}), tell);

  function tell(error: unknown, next: number): void {
    const message = `the model could not be loaded anew, next try in ${next / 1000} s: ${(error as Error).message}`;
    log?.(JSON.stringify({ time: new Date().toISOString(), message }));
  }

  /** The model's own, and others that a run gives in the input's height and width; a graph's description leaves those free. */
  async function readableOutputs(): Promise<string[]> {
    const readable: string[] = [];
    for (const { name } of info.outputs) {
      const fits = () =>
        runOn(session, { ...small, outputs: [name] }).then(
          () => true,
          () => false,
        );
      if (name === io.output || (isReadable(info, metadata, name) && (await fits()))) readable.push(name);
    }
    return readable;
  }

  async function runOn(own: BackendSession, work: Work): Promise<Float32Array[]> {
    const { data, count, h, w } = work;
    const feeds = { [input]: { type: 'float32', data, dims: [count, channels, h, w] } } as const;
    const answer = await own.run(feeds, { outputs: work.outputs });
    return work.outputs.map((name) => {
      const { data: values, dims } = answer[name];
      // Free axes of an output may come out otherwise than those of the input.
      if (`${dims}` === `${[count, 1, h, w]}`) return values;
      throw new Error(`the output '${name}' is [${dims}] where [${[count, 1, h, w]}] is needed`);
    });
  }

  return {
    ...io,
    metadata,
    version: createHash('sha256').update(bytes).digest('hex').slice(0, 12),
    outputs,
    batches: typeof info.inputs[0].dims?.[0] !== 'number',
    ready: sessions.ready,
    async run(work) {
      const own = await sessions.get();
      try {
        return await runOn(own, work);
      } catch (error) {
        // Of the request or of the session? One whose thread lives and whose memory holds still does what it did at the
        // start; to load the model anew for the request's sake would let a client keep the server unready. Before the
        // batcher is told, for it would start the next run meanwhile.
        await runOn(own, small).catch(() => sessions.replace(own));
        throw error;
      }
    },
    dispose: sessions.dispose,
  };
}

/** Whether the runtime could be told to read this output of the graph. */
function isReadable(info: ModelInfo, metadata: ModelMetadata, outputName: string): boolean {
  try {
    modelIo(info, { ...metadata, outputName });
    return true;
  } catch {
    return false;
  }
}

/** Loads a model through a segmenter, for the runtime's own checks and its run on a small image; keeps the session. */
async function loadChecked(bytes: Uint8Array, backend: Backend) {
  const loaded: BackendSession[] = [];
  const keeping: Backend = {
    name: backend.name,
    async load(...given) {
      const session = await backend.load(...given);
      loaded.push(session);
      return session;
    },
  };
  const { metadata } = await createSegmenter({ model: { data: bytes }, backend: keeping });
  return { metadata, session: loaded[0] };
}

/** An image of zeros, of the size at which the runtime has tried the model when it loaded it. */
function smallWork({ channels, fixed, output }: ModelIo, { maxSize, sizeMultiple }: ModelMetadata): Work {
  const [h, w] = fixed.map((n) => n ?? Math.min(maxSize, 4 * sizeMultiple));
  return { data: new Float32Array(channels * h * w), count: 1, h, w, outputs: [output] };
}

/**
 * Holds a session, and loads another where it is broken, again and again until there is one: nobody asks for a run while
 * the server says that it is not ready.
 * @param tell - told why a load failed, and in how many ms the next one starts
 */
function keepSession(
  first: BackendSession,
  loadAnother: () => Promise<BackendSession>,
  tell: (error: unknown, next: number) => void,
) {
  let session: BackendSession | undefined = first;
  let loading: Promise<BackendSession> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = RELOAD_FIRST;
  let disposed = false;

  function load(): Promise<BackendSession> {
    // A run that comes before its time tries at once.
    clearTimeout(timer);
    loading ??= loadAnother()
      .then((loaded) => {
        session = loaded;
        delay = RELOAD_FIRST;
        return loaded;
      })
      .catch((error: unknown) => {
        if (!disposed) loadLater(error);
        throw error;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  function loadLater(error: unknown): void {
    tell(error, delay);
    timer = setTimeout(() => load().catch(() => undefined), delay).unref();
    delay = Math.min(2 * delay, RELOAD_MOST);
  }

  return {
    ready: () => session !== undefined,
    get: async () => session ?? load(),
    async replace(broken: BackendSession): Promise<void> {
      // Two runs of it may fail at once, and it is to be freed once.
      if (session !== broken) return;
      session = undefined;
      await broken.dispose().catch(() => undefined);
      // Tried again where it fails.
      if (!disposed) load().catch(() => undefined);
    },
    async dispose(): Promise<void> {
      disposed = true;
      clearTimeout(timer);
      await loading?.catch(() => undefined);
      const last = session;
      session = undefined;
      await last?.dispose();
    },
  };
}
