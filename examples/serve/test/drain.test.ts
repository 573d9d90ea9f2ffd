import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { RunBatch } from '../src/batcher.ts';
import { createServer, type ServeOptions } from '../src/serve.ts';
import { fakeModel, inferBody, zeros } from './fake-model.ts';

const sockets: (Socket | Agent)[] = [];
afterEach(() => {
  for (const each of sockets.splice(0)) each.destroy();
});

async function start(run: RunBatch, options: Partial<ServeOptions> = {}) {
  const app = createServer(fakeModel(run), { name: 'ct', ...options });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, url, at: app.addresses()[0] as AddressInfo };
}

/** An inference request as it is sent, before and after the empty line. */
function rawInfer(side: number) {
  const { body, headers } = inferBody(side);
  const lines = Object.entries({ host: 'x', 'content-length': String(body.length), ...headers });
  const head = `POST /v2/models/ct/infer HTTP/1.1\r\n${lines.map((line) => `${line.join(': ')}\r\n`).join('')}\r\n`;
  return { head, body };
}

/** A connection that has sent so much of a request, and what it is told until it ends. */
async function halfSent({ address, port }: AddressInfo, text: string) {
  const socket = connect(port, address);
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write(text);
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes));
  // A connection may also be reset.
  socket.on('error', () => undefined);
  return { socket, ended: new Promise<string>((resolve) => socket.on('close', () => resolve(answer))) };
}

const HALF = 'POST /v2/models/ct/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc';

it('a request that is not whole in time is answered 408 and its connection ended', async () => {
  const { app, at } = await start(zeros, { requestTimeout: 100 });
  const answer = await (await halfSent(at, HALF)).ended;
  expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(answer).toContain('{"error":"the request was not whole in time"}');
  await app.close();
});

it('a request that is whole may wait for longer than that', async () => {
  const slow: RunBatch = (work) => new Promise((resolve) => setTimeout(() => resolve(zeros(work)), 400));
  const { app, url } = await start(slow, { requestTimeout: 100 });
  const response = await fetch(`${url}/v2/models/ct/infer`, {
    method: 'POST',
    ...inferBody(16),
  });
  expect(response.status).toBe(200);
  await app.close();
});

it.each([HALF, 'GET /v2 HTTP/1.1\r\n', ''])(
  'ends, though a client that sent %j owes the rest',
  async (text) => {
    const { app, at } = await start(zeros, { grace: 50 });
    const { ended } = await halfSent(at, text);
    await sleep(50);
    await app.close();
    expect(await ended).toBe('');
  },
);

it('answers what is whole, and what becomes whole within the grace, before it ends', async () => {
  const released: (() => void)[] = [];
  const slow: RunBatch = (work) =>
    new Promise((resolve) => released.push(() => void zeros(work).then(resolve)));
  const { app, url, at } = await start(slow, { grace: 300, maxBatch: 1, maxDelay: 0 });
  // Kept alive by the client: the server must end it itself.
  const agent = new Agent({ keepAlive: true });
  sockets.push(agent);
  expect((await fetch(`${url}/v2/health/live`)).headers.get('connection')).toBe('keep-alive');
  let seen = 0;
  app.server.on('request', () => seen++);
  const { body, headers } = inferBody(16);
  const whole = request({ agent, port: at.port, method: 'POST', path: '/v2/models/ct/infer', headers });
  const answered = once(whole, 'response');
  whole.end(body);
  const late = await halfSent(at, rawInfer(16).head);
  late.socket.write(body.subarray(0, 100));
  const never = await halfSent(at, HALF);
  while (seen < 3 || released.length < 1) await sleep(5);
  let closed = false;
  const close = app.close().then(() => {
    closed = true;
  });
  late.socket.write(body.subarray(100));
  expect(await never.ended).toBe('');
  // The grace is over; the run is not.
  const refused = await fetch(`${url}/v2/health/live`);
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    503,
    '1',
    { error: 'the server is shutting down' },
  ]);
  expect(closed).toBe(false);
  released[0]();
  const [response] = await answered;
  response.resume();
  // Told that the connection ends, as it then does.
  expect([response.statusCode, response.headers.connection]).toEqual([200, 'close']);
  while (released.length < 2) await sleep(5);
  released[1]();
  expect(await late.ended).toMatch(/^HTTP\/1\.1 200 OK/);
  await close;
});

/** A client that has sent a whole request and takes nothing of its answer, which is more than a connection's buffers. */
async function takesNothing(at: AddressInfo) {
  const { head, body } = rawInfer(2048);
  const { socket } = await halfSent(at, head);
  socket.pause();
  await new Promise((resolve) => socket.write(body, resolve));
}

// The image of such a request and its JSON.
const bodyLimit = 2 ** 27;

it('a client that takes nothing of its answer loses its connection', async () => {
  const { app, at } = await start(zeros, { bodyLimit, stalled: 100 });
  const [[{ socket }]] = await Promise.all([once(app.server, 'request'), takesNothing(at)]);
  await once(socket, 'close');
  await app.close();
});

it('nor does it hold up the end', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run: RunBatch = (work) => gate.then(() => zeros(work));
  const { app, at } = await start(run, { bodyLimit, grace: 50, stalled: 200 });
  await takesNothing(at);
  await sleep(500);
  const close = app.close();
  await sleep(100);
  release();
  await close;
  expect(app.server.listening).toBe(false);
});

const LIVE = 'GET /v2/health/live HTTP/1.1\r\nHost: x\r\n';

it.each<[string, (live: string, infer: string) => string[]]>([
  ['between two requests', (live, infer) => [live, infer]],
  ['before the answer to a later request is due', (live, infer) => [infer + live]],
  ['after the answer to an earlier one', (live, infer) => [live + infer]],
])('a client that takes its answers is waited for: %s', async (_, order) => {
  const slow: RunBatch = (work) => new Promise((resolve) => setTimeout(() => resolve(zeros(work)), 400));
  const { app, at } = await start(slow, { stalled: 100 });
  const { head, body } = rawInfer(16);
  const parts = order(`${LIVE}\r\n`, `${head}${body.toString('latin1')}`);
  const { socket, ended } = await halfSent(at, '');
  for (const part of parts) {
    socket.write(part, 'latin1');
    await sleep(300);
  }
  socket.write(`${LIVE}Connection: close\r\n\r\n`);
  expect((await ended).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  await app.close();
});
