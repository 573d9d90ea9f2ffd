import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { loadModel } from '@clickseg/model-ct/node';
import { createSegmenter } from '@clickseg/runtime';
import { nodeBackend, threadBackend } from '@clickseg/runtime/node';
import { type RemoteOptions, remoteBackend, remoteModel } from '@clickseg/runtime/remote';
import { bundleThread } from '@clickseg/testing-browser';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBatcher, MAX_PIXELS } from '../src/batcher.ts';
import { loadServedModel } from '../src/model.ts';
import { createServer, type ServeOptions } from '../src/serve.ts';
import { CHANNELS } from './fake-model.ts';

const { data } = await loadModel();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let script: URL;
const threads: Worker[] = [];
const backend = threadBackend(() => {
  threads.push(new Worker(script, { workerData: { threads: 1 } }));
  return threads[threads.length - 1];
});
beforeAll(async () => {
  script = await bundleThread(here('../src/thread.ts'), here('../.results/thread.mjs'));
});

async function start(options: Partial<ServeOptions> = {}) {
  const app = createServer(await loadServedModel(data, backend), { name: 'ct', ...options });
  closers.push(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

const image = {
  data: Float32Array.from({ length: 128 * 128 }, (_, i) =>
    Math.hypot((i % 128) - 60, (i >> 7) - 66) < 25 ? 60 : -120,
  ),
  shape: [128, 128],
};

async function segment(options: {
  model: Parameters<typeof createSegmenter>[0]['model'];
  backend: ReturnType<typeof nodeBackend>;
}) {
  const segmenter = await createSegmenter(options);
  const interaction = await segmenter.open(image, { spacing: { x: 1.5, y: 1.5 }, intensities: 'hounsfield' });
  interaction.add({ x: 60, y: 66, label: 'foreground' });
  const first = (await interaction.predict()).mask.data;
  interaction.add({ x: 100, y: 20, label: 'background' });
  const second = await interaction.predict();
  await segmenter.dispose();
  return { first, mask: second.mask.data, probability: second.probability.data };
}

const local = segment({ model: { data }, backend: nodeBackend({ threads: 1 }) });
const remote = async (options: RemoteOptions) =>
  segment({ model: await remoteModel(options), backend: remoteBackend(options) });

it('gives the same mask as the local model, bit for bit, without its bytes', async () => {
  const result = await remote({
    url: await start({ token: 'open sesame'.replace(' ', '-') }),
    model: 'ct',
    token: 'open-sesame',
    gzip: true,
  });
  expect(result).toEqual(await local);
  expect(result.first.some((v) => v === 1)).toBe(true);
});

it('with halves on the wire at most 0.1 % of the pixels differ', async () => {
  const { mask } = await remote({ url: await start({ precision: 'fp16' }), model: 'ct', precision: 'fp16' });
  const expected = (await local).mask;
  expect(mask.filter((v, i) => v !== expected[i]).length).toBeLessThanOrEqual(image.data.length / 1000);
});

it('answers a batch as it answers its images alone', async () => {
  const model = await loadServedModel(data, nodeBackend({ threads: 1 }));
  closers.push(() => model.dispose());
  const sizes: number[] = [];
  const options = { maxBatch: 3, maxPixels: MAX_PIXELS, maxDelay: 50, maxQueue: 3 };
  const batcher = createBatcher((work) => {
    sizes.push(work.count);
    return model.run(work);
  }, options);
  const works = [1, 2, 3].map((k) => ({
    data: Float32Array.from({ length: CHANNELS * 32 * 32 }, (_, i) => Math.sin(i * k)),
    count: 1,
    h: 32,
    w: 32,
    outputs: ['probability'],
  }));
  const together = await Promise.all(works.map((work) => batcher.run(work)));
  expect(sizes).toEqual([3]);
  for (const [i, work] of works.entries()) expect(together[i]).toEqual(await model.run(work));
  const queue = [1, 2, 3, 4].map(() => batcher.run({ ...works[0], h: 16, w: 64 }));
  expect((await Promise.allSettled(queue)).map(({ status }) => status)).toContain('fulfilled');
  await batcher.close();
  await expect(batcher.run(works[0])).rejects.toMatchObject({ status: 503 });
});

it('tells its health and its description, and errors as Triton does', async () => {
  const url = await start({ token: 'right', bodyLimit: 2500 });
  const ask = async (path: string, init: RequestInit = {}, token = 'right') => {
    const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(url + path, { ...init, headers });
    return [response.status, await response.json()];
  };
  expect(await ask('/v2/health/live', {}, '')).toEqual([200, { live: true }]);
  expect((await ask('/v2/health/ready'))[0]).toBe(200);
  expect(await ask('/v2/models/ct/ready')).toEqual([200, { name: 'ct', ready: true }]);
  expect((await ask('/v2/models/ct'))[1]).toMatchObject({
    inputs: [{ datatype: 'FP32', shape: [-1, CHANNELS, -1, -1] }],
  });
  expect(await ask('/v2/models/ct', {}, 'wrong')).toEqual([401, { error: 'unauthorized' }]);
  expect(await ask('/v2/models/other')).toEqual([
    404,
    { error: "Request for unknown model: 'other' is not found" },
  ]);
  const post = (body: BodyInit, headers = {}) =>
    ask('/v2/models/ct/infer', { method: 'POST', body, headers });
  expect(await post('{')).toEqual([400, { error: 'failed to parse the request JSON' }]);
  expect((await post(new Uint8Array(2600)))[0]).toBe(413);
  expect((await post(gzipSync(new Uint8Array(9000)), { 'content-encoding': 'gzip' }))[0]).toBe(413);
  const infer = (input: object) =>
    post(JSON.stringify({ inputs: [{ name: 'input', datatype: 'FP32', ...input }] }));
  expect((await infer({ shape: [1, CHANNELS, 15, 16], data: [] }))[1].error).toContain('multiples of 16');
  expect((await infer({ shape: [1, CHANNELS, 16, 16], data: [1] }))[1].error).toContain(
    `expected ${CHANNELS * 256} elements`,
  );
  const words = Array.from({ length: CHANNELS * 256 }, (_, i) => (i === 9 ? 'x' : 0));
  expect((await infer({ shape: [1, CHANNELS, 16, 16], data: words }))[1].error).toContain('element 9 is "x"');
  const input = { name: 'input', datatype: 'FP32', shape: [1, CHANNELS, 16, 16], data: words };
  for (const outputs of [{}, 5, [null], [{ name: 'mask' }]]) {
    const [status, answer] = await post(JSON.stringify({ inputs: [input], outputs }));
    expect([status, answer.error]).toEqual([400, expect.stringContaining('output')]);
  }
  expect((await post('{}', { 'content-encoding': 'br' }))[0]).toBe(415);
  expect((await infer({ datatype: 'FP16', shape: [1, CHANNELS, 16, 16] }))[1].error).toContain(
    'expects FP32',
  );
});

/** A request in bytes, and what came back. */
async function infer(url: string, side: number, init: RequestInit = {}) {
  const size = 4 * CHANNELS * side * side;
  const input = { name: 'input', datatype: 'FP32', shape: [1, CHANNELS, side, side] };
  const json = Buffer.from(
    JSON.stringify({
      id: 'mine',
      inputs: [{ ...input, parameters: { binary_data_size: size } }],
      outputs: [{ name: 'probability', parameters: { binary_data: true } }],
    }),
  );
  const values = Float32Array.from({ length: size / 4 }, (_, i) => Math.sin(i));
  const body = Buffer.concat([json, Buffer.from(values.buffer)]);
  const headers = { 'inference-header-content-length': String(json.length), ...init.headers };
  return fetch(`${url}/v2/models/ct/infer`, { method: 'POST', body, ...init, headers });
}

describe('while a batch runs', () => {
  it('health checks are answered', async () => {
    const url = await start();
    let done = false;
    const batch = infer(url, 512).then((response) => {
      done = true;
      return response;
    });
    const answers: boolean[] = [];
    // The first few may come before the batch has been read; from then on the thread is busy.
    while (!done) {
      const response = await fetch(`${url}/v2/health/ready`);
      expect([response.status, await response.json()]).toEqual([200, { ready: true }]);
      answers.push(done);
    }
    expect((await batch).status).toBe(200);
    expect(answers.filter((late) => !late).length).toBeGreaterThan(5);
  });

  it('requests whose client has left are dropped, and others answered', async () => {
    const ran: number[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const batcher = createBatcher(
      async ({ data, count, h, w }) => {
        ran.push(data[0]);
        await gate;
        return [new Float32Array(count * h * w)];
      },
      { maxBatch: 1, maxPixels: MAX_PIXELS, maxDelay: 0, maxQueue: 2 },
    );
    const work = (first: number) => ({
      data: new Float32Array(768).fill(first),
      ...{ count: 1, h: 16, w: 16, outputs: ['probability'] },
    });
    const leaving = new AbortController();
    const running = batcher.run(work(1));
    const left = batcher.run(work(2), leaving.signal);
    const stays = batcher.run(work(3));
    await expect(batcher.run(work(4))).rejects.toMatchObject({ status: 503 });
    leaving.abort();
    // Its place is free again.
    const late = batcher.run(work(5));
    release();
    await expect(left).rejects.toMatchObject({ status: 499 });
    await Promise.all([running, stays, late]);
    expect(ran).toEqual([1, 3, 5]);
  });
});

it('compresses answers for those who ask', async () => {
  const url = await start();
  const plain = await infer(url, 64, { headers: { 'accept-encoding': 'identity' } });
  const packed = await infer(url, 64, { headers: { 'accept-encoding': 'gzip' } });
  expect([plain, packed].map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'gzip']);
  const length = 'inference-header-content-length';
  expect(packed.headers.get(length)).toBe(plain.headers.get(length));
  expect(Number(packed.headers.get('content-length'))).toBeLessThan(
    Number(plain.headers.get('content-length')),
  );
  const bytes = Buffer.from(await plain.arrayBuffer());
  // fetch has unpacked it.
  expect(Buffer.from(await packed.arrayBuffer())).toEqual(bytes);
  expect(JSON.parse(bytes.subarray(0, Number(plain.headers.get(length))).toString())).toEqual({
    id: 'mine',
    model_name: 'ct',
    model_version: createHash('sha256').update(data).digest('hex').slice(0, 12),
    outputs: [
      {
        name: 'probability',
        datatype: 'FP32',
        shape: [1, 1, 64, 64],
        parameters: { binary_data_size: 16_384 },
      },
    ],
  });
});

it('is not ready while its thread is dead, and comes back by itself', async () => {
  const url = await start();
  const ready = async () => (await fetch(`${url}/v2/models/ct/ready`)).status;
  expect(await ready()).toBe(200);
  // Between two requests: a thread that is ended from outside in the middle of a run takes onnxruntime-node, and with it the
  // whole process, down (Napi::Error).
  await threads[threads.length - 1].terminate();
  const failed = await infer(url, 64);
  expect([failed.status, (await failed.json()).error]).toEqual([500, expect.stringContaining('exit code 1')]);
  const statuses = [await ready()];
  while (statuses.at(-1) !== 200) statuses.push(await ready());
  expect(statuses.slice(0, -1).every((status) => status === 503)).toBe(true);
  expect((await infer(url, 64)).status).toBe(200);
});
