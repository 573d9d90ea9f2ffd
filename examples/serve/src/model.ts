import {
  type Backend,
  type BackendSession,
  MODEL_METADATA_KEY,
  type ModelMetadata,
  type ModelMetadataInput,
  parseMetadata,
  readModel,
} from '@clickseg/runtime';
import type { RunBatch } from './batcher.ts';

/** A model, loaded, as the server needs it. */
export interface ServedModel {
  readonly metadata: ModelMetadata;
  readonly input: string;
  readonly output: string;
  /** Of the input: the image, two maps of clicks and, where the model reads it, the mask before the newest click. */
  readonly channels: 3 | 4;
  /** A graph with a fixed batch of one takes its images one by one. */
  readonly batches: boolean;
  /** False from a run that failed until the model is loaded anew. */
  ready(): boolean;
  readonly run: RunBatch;
  dispose(): Promise<void>;
}

/**
 * Loads a model that describes itself. Requests are checked before they come here, so a run that fails means that
 * its thread has died or its memory is spent: the model is then loaded anew, and the next request waits for it.
 */
export async function loadServedModel(bytes: Uint8Array, backend: Backend): Promise<ServedModel> {
  const info = readModel(bytes);
  const metadata = parseMetadata(info.properties[MODEL_METADATA_KEY] ?? ({} as ModelMetadataInput));
  const input = metadata.inputName ?? info.inputs[0].name;
  const output = metadata.outputName ?? info.outputs[0].name;
  let session: BackendSession | undefined;
  let loading: Promise<BackendSession> | undefined;
  let disposed = false;
  const load = () => {
    loading ??= backend.load(bytes, {}).then(
      (loaded) => {
        loading = undefined;
        session = loaded;
        return loaded;
      },
      (error) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  await load();
  const channels = metadata.previousMask ? 4 : 3;
  return {
    metadata,
    input,
    output,
    channels,
    batches: typeof info.inputs[0].dims?.[0] !== 'number',
    ready: () => session !== undefined,
    async run({ data, count, h, w }) {
      const own = session ?? (await load());
      const feeds = { [input]: { type: 'float32', data, dims: [count, channels, h, w] } } as const;
      try {
        return (await own.run(feeds, { outputs: [output] }))[output].data;
      } catch (error) {
        session = undefined;
        await own.dispose().catch(() => undefined);
        // Told by the next run where it fails again.
        if (!disposed) load().catch(() => undefined);
        throw error;
      }
    },
    async dispose() {
      disposed = true;
      await loading?.catch(() => undefined);
      await session?.dispose();
      session = undefined;
    },
  };
}
