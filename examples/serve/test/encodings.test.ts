import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { takesGzip } from '../src/encodings.ts';
import { createServer } from '../src/serve.ts';
import { fakeModel, inferBody, zeros } from './fake-model.ts';

it.each([
  ['gzip', true],
  ['br;q=1, GZIP;q=0.5', true],
  ['x-gzip', true],
  ['gzip;q=0', false],
  ['br, gzip; q=0.000', false],
  ['gzip;q=0.001', true],
  ['gzipped', false],
  ['', false],
  [undefined, false],
])('of a client that accepts %j gzip is taken: %s', (accepted, takes) => {
  expect(takesGzip(accepted)).toBe(takes);
});

it.each([
  ['gzip', 200],
  ['X-GZip', 200],
  ['deflate', 415],
])('a body in %s is answered %i', async (coding, status) => {
  const app = createServer(fakeModel(zeros), { name: 'ct', maxDelay: 0 });
  const { body, headers } = inferBody(16);
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/v2/models/ct/infer',
    payload: gzipSync(body),
    headers: { ...headers, 'content-encoding': coding },
  });
  expect(statusCode).toBe(status);
});
