import {
  type Backend,
  type BackendSession,
  createSegmenter,
  type ModelIo,
  type ModelMetadata,
  modelIo,
  readModel,
} from '@clickseg/runtime';
import type { RunBatch, Work } from './batcher.ts';

/** A model, loaded, as the server needs it. */
export interface ServedModel extends ModelIo {
  readonly metadata: ModelMetadata;
  /** A graph with a fixed batch of one takes its images one by one. */
  readonly batches: boolean;
  /** False from a run that broke the session until the model is loaded anew. */
  ready(): boolean;
  readonly run: RunBatch;
  dispose(): Promise<void>;
}

/**
 * Loads a model that describes itself.
 * @throws ClicksegError for every model that the runtime refuses, and as it does: see `createSegmenter`
 */
export async function loadServedModel(bytes: Uint8Array, backend: Backend): Promise<ServedModel> {
  const { metadata, session } = await loadChecked(bytes, backend);
  const info = readModel(bytes);
  const io = modelIo(info, metadata);
  const { input, output, channels } = io;
  const small = smallWork(io, metadata);
  const sessions = keepSession(session, () => backend.load(bytes, {}));

  async function runOn(own: BackendSession, { data, count, h, w }: Work): Promise<Float32Array> {
    const feeds = { [input]: { type: 'float32', data, dims: [count, channels, h, w] } } as const;
    return (await own.run(feeds, { outputs: [output] }))[output].data;
  }

  return {
    ...io,
    metadata,
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
function smallWork({ channels, fixed }: ModelIo, { maxSize, sizeMultiple }: ModelMetadata): Work {
  const [h, w] = fixed.map((n) => n ?? Math.min(maxSize, 4 * sizeMultiple));
  return { data: new Float32Array(channels * h * w), count: 1, h, w };
}

/** Holds a session, and loads another where it is broken. */
function keepSession(first: BackendSession, loadAnother: () => Promise<BackendSession>) {
  let session: BackendSession | undefined = first;
  let loading: Promise<BackendSession> | undefined;
  let disposed = false;

  function load(): Promise<BackendSession> {
    loading ??= loadAnother()
      .then((loaded) => {
        session = loaded;
        return loaded;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  return {
    ready: () => session !== undefined,
    get: async () => session ?? load(),
    async replace(broken: BackendSession): Promise<void> {
      // Two runs of it may fail at once, and it is to be freed once.
      if (session !== broken) return;
      session = undefined;
      await broken.dispose().catch(() => undefined);
      // Told by the next run where it fails again.
      if (!disposed) load().catch(() => undefined);
    },
    async dispose(): Promise<void> {
      disposed = true;
      await loading?.catch(() => undefined);
      const last = session;
      session = undefined;
      await last?.dispose();
    },
  };
}
