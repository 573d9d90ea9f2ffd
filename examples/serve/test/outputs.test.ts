import { expect, it } from 'vitest';
import type { RunBatch } from '../src/batcher.ts';
import { loadServedModel } from '../src/model.ts';
import { createServer } from '../src/serve.ts';
import { CHANNELS, fakeModel, inferBody } from './fake-model.ts';
import { graphBytes } from './graph.ts';

const run: RunBatch = async ({ count, h, w, outputs }) =>
  outputs.map((name) => new Float32Array(count * h * w).fill(name === 'logits' ? -2 : 0.25));
const app = createServer(
  { ...fakeModel(run), outputs: ['probability', 'logits'] },
  { name: 'ct', maxDelay: 0 },
);

async function infer(request: object) {
  const input = { name: 'input', datatype: 'FP32', shape: [1, CHANNELS, 16, 16] };
  const data = new Array<number>(CHANNELS * 256).fill(0);
  const payload = JSON.stringify({ inputs: [{ ...input, data }], ...request });
  const answer = await app.inject({ method: 'POST', url: '/v2/models/ct/infer', payload });
  const length = Number(answer.headers['inference-header-content-length'] ?? answer.rawPayload.length);
  const { outputs } = JSON.parse(answer.rawPayload.subarray(0, length).toString());
  return { outputs, binary: answer.rawPayload.subarray(length) };
}

it('are answered as they are asked for, each in bytes or in JSON', async () => {
  const all = await infer({});
  expect(all.outputs.map(({ name, data }: Output) => [name, data?.[255]])).toEqual([
    ['probability', 0.25],
    ['logits', -2],
  ]);
  const mixed = await infer({
    outputs: [{ name: 'logits', parameters: { binary_data: true } }, { name: 'probability' }],
  });
  expect(mixed.outputs.map(({ name, data }: Output) => [name, data?.[255]])).toEqual([
    ['logits', undefined],
    ['probability', 0.25],
  ]);
  expect(new Float32Array(Uint8Array.from(mixed.binary).buffer)).toEqual(new Float32Array(256).fill(-2));
  const bytes = await infer({ parameters: { binary_data_output: true } });
  expect(bytes.binary).toHaveLength(2 * 1024);
});

interface Output {
  readonly name: string;
  readonly data?: readonly number[];
}

it('are those that the runtime could read', async () => {
  const free = ['n', 3, 'h', 'w'];
  const outputs = {
    y: ['n', 1, 'h', 'w'],
    logits: ['n', 1, 'h', 'w'],
    features: ['n', 8, 'h', 'w'],
    half: ['n', 1, 'h2', 'w2'],
  };
  const bytes = graphBytes({ x: free }, outputs, { format: 1, name: 'own', spacing: 1, maxSize: 64 });
  const model = await loadServedModel(bytes, {
    name: 'fake',
    load: async () => ({
      provider: 'fake',
      run: async (feeds, { outputs }) => {
        const [{ dims }] = Object.values(feeds);
        const data = new Float32Array(dims[2] * dims[3]);
        const side = (name: string, n: number) => (name === 'half' ? n / 2 : n);
        return Object.fromEntries(
          outputs.map((name) => [
            name,
            { type: 'float32', data, dims: [1, 1, side(name, dims[2]), side(name, dims[3])] },
          ]),
        );
      },
      dispose: async () => undefined,
    }),
  });
  expect(model.outputs).toEqual(['y', 'logits']);
});

it('of which others are wanted run apart', async () => {
  const ran: (readonly string[])[] = [];
  const own = createServer(
    {
      ...fakeModel((work) => {
        ran.push(work.outputs);
        return run(work);
      }),
      outputs: ['probability', 'logits'],
    },
    { name: 'ct', maxDelay: 20 },
  );
  const { body, headers } = inferBody(16);
  const ask = (name: string) => {
    // Both names are of one length in bytes once padded, so the header's length stays right.
    const payload = Buffer.from(body.toString('latin1').replace('"probability"', name), 'latin1');
    return own.inject({ method: 'POST', url: '/v2/models/ct/infer', payload, headers });
  };
  const answers = await Promise.all(['"probability"', '"logits"     ', '"probability"'].map(ask));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  expect(ran).toEqual([['probability'], ['logits']]);
});
