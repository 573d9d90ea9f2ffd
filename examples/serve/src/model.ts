import { MODEL_METADATA_KEY, type ModelMetadataInput, parseMetadata, readModel } from '@clickseg/runtime';
import type { NodeBackendOptions } from '@clickseg/runtime/node';
import { nodeBackend } from '@clickseg/runtime/node';
import type { RunBatch } from './batcher.ts';

/** A model in memory, as the server needs it. */
export async function loadServedModel(bytes: Uint8Array, options: NodeBackendOptions = {}) {
  const info = readModel(bytes);
  const metadata = parseMetadata(info.properties[MODEL_METADATA_KEY] ?? ({} as ModelMetadataInput));
  const input = metadata.inputName ?? info.inputs[0].name;
  const output = metadata.outputName ?? info.outputs[0].name;
  const session = await nodeBackend(options).load(bytes, {});
  const run: RunBatch = async ({ data, count, h, w }) => {
    const feeds = { [input]: { type: 'float32', data, dims: [count, 3, h, w] } } as const;
    return (await session.run(feeds, { outputs: [output] }))[output].data;
  };
  // A graph with a fixed batch of one takes its images one by one.
  const batches = typeof info.inputs[0].dims?.[0] !== 'number';
  return { metadata, input, output, batches, run, dispose: () => session.dispose() };
}

export type ServedModel = Awaited<ReturnType<typeof loadServedModel>>;
