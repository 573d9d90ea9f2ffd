import { loadModel } from '@clickseg/model-ct/node';
import { MODEL_METADATA_KEY, modelIo, parseMetadata, readModel } from '@clickseg/runtime';
import type { RunBatch } from '../src/batcher.ts';
import type { ServedModel } from '../src/model.ts';

const info = readModel((await loadModel()).data);
const metadata = parseMetadata(info.properties[MODEL_METADATA_KEY]);

/** Of the real model's input, and so of the made-up one's. */
export const CHANNELS = modelIo(info, metadata).channels;

/** A model that answers as it is told, for what is about requests and not about masks. */
export function fakeModel(run: RunBatch): ServedModel {
  return {
    metadata,
    version: '0123456789ab',
    outputs: ['probability'],
    input: 'input',
    output: 'probability',
    channels: CHANNELS,
    fixed: [undefined, undefined],
    batches: true,
    ready: () => true,
    run,
    dispose: async () => undefined,
  };
}

/** One of zeros. */
export const zeros: RunBatch = async ({ count, h, w, outputs }) =>
  outputs.map(() => new Float32Array(count * h * w));

/** The body and headers of a request of one value everywhere, but for what is changed. */
export function inferBody(side: number, value = 0, change: (values: Float32Array) => void = () => {}) {
  const values = new Float32Array(CHANNELS * side * side).fill(value);
  change(values);
  const input = { name: 'input', datatype: 'FP32', shape: [1, CHANNELS, side, side] };
  const json = Buffer.from(
    JSON.stringify({
      inputs: [{ ...input, parameters: { binary_data_size: values.byteLength } }],
      outputs: [{ name: 'probability', parameters: { binary_data: true } }],
    }),
  );
  const headers = { 'inference-header-content-length': String(json.length) };
  return { body: Buffer.concat([json, Buffer.from(values.buffer)]), headers };
}
