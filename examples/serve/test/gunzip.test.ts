import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { createServer } from '../src/serve.ts';
import { fakeModel, inferBody, zeros } from './fake-model.ts';

const at = vi.hoisted(() => ({ once: 0, most: 0 }));
vi.mock('node:zlib', async (load) => {
  const zlib = await load<typeof import('node:zlib')>();
  const gunzip = (body: Buffer, options: object, done: (...result: unknown[]) => void) => {
    at.most = Math.max(at.most, ++at.once);
    zlib.gunzip(body, options, (...result) => {
      at.once--;
      done(...result);
    });
  };
  return { ...zlib, gunzip };
});

it('decompresses two requests at once, and the next ones also after one that was none', async () => {
  const app = createServer(fakeModel(zeros), { name: 'ct', maxDelay: 0 });
  const { body, headers } = inferBody(64);
  const packed = gzipSync(body);
  const answers = [packed, Buffer.from('none'), packed, Buffer.from('none'), packed].map((payload) =>
    app.inject({
      method: 'POST',
      url: '/v2/models/ct/infer',
      payload,
      headers: { ...headers, 'content-encoding': 'gzip' },
    }),
  );
  expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).toEqual([200, 400, 200, 400, 200]);
  expect(at).toEqual({ once: 0, most: 2 });
});
