import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { toHalf } from '@clickseg/runtime/remote';
import { expect, it } from 'vitest';
import type { RunBatch } from '../src/batcher.ts';
import { createServer, type ServeOptions } from '../src/serve.ts';
import { CHANNELS, fakeModel, inferBody, zeros } from './fake-model.ts';

function serve(run: RunBatch, options: Partial<ServeOptions> = {}) {
  const lines: string[] = [];
  const app = createServer(fakeModel(run), { name: 'ct', log: (line) => lines.push(line), ...options });
  const infer = ({ body, headers }: { body: Buffer; headers: Record<string, string> }) =>
    app.inject({ method: 'POST', url: '/v2/models/ct/infer?token=secret', payload: body, headers });
  return { lines, infer };
}

it('a run that fails is logged in one line, without pixels or tokens', async () => {
  const fail = async () => {
    throw new Error('out of\nmemory');
  };
  const { lines, infer } = serve(fail, { token: 'right' });
  const { body, headers } = inferBody(16, 0.123);
  const answer = await infer({ body, headers: { ...headers, authorization: 'Bearer right' } });
  expect([answer.statusCode, answer.json()]).toEqual([500, { error: 'out of\nmemory' }]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/\n|right|secret|0\.123/);
  const route = 'POST /v2/models/:model/infer';
  expect(JSON.parse(lines[0])).toEqual({
    time: expect.any(String),
    status: 500,
    route,
    message: 'out of\nmemory',
  });
  // What a client does wrong is the client's to know.
  expect((await infer({ body, headers })).statusCode).toBe(401);
  expect(lines).toHaveLength(1);
});

it('a full queue says when to come again, and is logged', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { lines, infer } = serve(
    async (work) => {
      await gate;
      return zeros(work);
    },
    { maxBatch: 1, maxDelay: 0, maxQueue: 1 },
  );
  const answers = [1, 2, 3].map(() => infer(inferBody(16)));
  const first = await Promise.race(answers);
  expect([first.statusCode, first.headers['retry-after']]).toEqual([503, '1']);
  release();
  const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
  expect(statuses.sort()).toEqual([200, 200, 503]);
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['1 requests wait already']);
});

it.each([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])('refuses %s in bytes, and names the first', async (text, value) => {
  const body = inferBody(16, 1, (values) => values.fill(value, 17, 20));
  const answer = await serve(zeros).infer(body);
  expect([answer.statusCode, answer.json()]).toEqual([
    400,
    { error: `element 17 of input 'input' is ${text}` },
  ]);
});

it('refuses numbers in JSON that are too large to be any', async () => {
  const data = Array.from({ length: CHANNELS * 256 }, (_, i) => (i === 5 ? '1e39' : '0'));
  const json = `{"inputs":[{"name":"input","datatype":"FP32","shape":[1,${CHANNELS},16,16],"data":[${data}]}]}`;
  const answer = await serve(zeros).infer({ body: Buffer.from(json), headers: {} });
  expect([answer.statusCode, answer.json()]).toEqual([
    400,
    { error: "element 5 of input 'input' is Infinity" },
  ]);
});

it('refuses them in halves', async () => {
  const values = new Float32Array(CHANNELS * 256);
  values[9] = Number.NaN;
  const halves = toHalf(values);
  const input = { name: 'input', datatype: 'FP16', shape: [1, CHANNELS, 16, 16] };
  const json = Buffer.from(
    JSON.stringify({ inputs: [{ ...input, parameters: { binary_data_size: 2 * values.length } }] }),
  );
  const bytes = Buffer.from(halves.buffer, halves.byteOffset, halves.byteLength);
  const headers = { 'inference-header-content-length': String(json.length) };
  const answer = await serve(zeros, { precision: 'fp16' }).infer({
    body: Buffer.concat([json, bytes]),
    headers,
  });
  expect([answer.statusCode, answer.json()]).toEqual([400, { error: "element 9 of input 'input' is NaN" }]);
});

it('a model that is not ready is logged once, however often it is asked, and anew the next time', async () => {
  let ready = false;
  const lines: string[] = [];
  const model = { ...fakeModel(zeros), ready: () => ready };
  const app = createServer(model, { name: 'ct', log: (line) => lines.push(line) });
  const ask = async (url: string) => (await app.inject(url)).statusCode;
  const statuses = [await ask('/v2/health/ready'), await ask('/v2/models/ct/ready')];
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: expect.any(String),
      status: 503,
      route: 'GET /v2/health/ready',
      message: 'the model is not ready',
    },
  ]);
  ready = true;
  statuses.push(await ask('/v2/health/ready'));
  ready = false;
  statuses.push(await ask('/v2/models/ct/ready'));
  expect(statuses).toEqual([503, 503, 200, 503]);
  expect(lines).toHaveLength(2);
});

it('takes a 1024 x 1024 image of four channels, and its JSON', async () => {
  const fours = createServer({ ...fakeModel(zeros), channels: 4 }, { name: 'ct' });
  const shape = [1, 4, 1024, 1024];
  const size = 4 * 4 * 1024 * 1024;
  const input = { name: 'input', datatype: 'FP32', shape, parameters: { binary_data_size: size } };
  const outputs = [{ name: 'probability', parameters: { binary_data: true } }];
  const json = Buffer.from(JSON.stringify({ inputs: [input], outputs }));
  const { statusCode } = await fours.inject({
    method: 'POST',
    url: '/v2/models/ct/infer',
    payload: Buffer.concat([json, Buffer.alloc(size)]),
    headers: { 'inference-header-content-length': String(json.length) },
  });
  expect(statusCode).toBe(200);
});

it('reads what is too large to its end, so that its client sees the answer and no torn connection', async () => {
  const app = createServer(fakeModel(zeros), { name: 'ct', bodyLimit: 1000 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { address, port } = app.addresses()[0] as AddressInfo;
  const socket = connect(port, address);
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes));
  // More than the buffers of a connection take.
  const size = 64 * 2 ** 20;
  socket.write(`POST /v2/models/ct/infer HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was ended')));
    socket.write(Buffer.alloc(size), () => resolve());
  });
  // It is good for the next request.
  socket.write('GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  while (!answer.includes('"live"')) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
  socket.destroy();
  await app.close();
});

it('drops a request whose client leaves while it is decompressed', async () => {
  const app = createServer(
    fakeModel((work) => {
      settle('it ran');
      return zeros(work);
    }),
    { name: 'ct', maxDelay: 0 },
  );
  let settle: (how: unknown) => void = () => {};
  const outcome = new Promise((resolve) => {
    settle = resolve;
  });
  // The request is whole here, and not decompressed yet.
  app.addHook('preHandler', async (_, { raw }) => void raw.destroy());
  app.addHook('onError', async (_request, _reply, error) => settle(error.message));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { body, headers } = inferBody(512);
  const sent = fetch(`${url}/v2/models/ct/infer`, {
    method: 'POST',
    body: gzipSync(body),
    headers: { ...headers, 'content-encoding': 'gzip' },
  });
  await expect(sent).rejects.toThrow();
  expect(await outcome).toBe('the client closed the connection');
  await app.close();
});
