import { once } from 'node:events';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nodeBackend } from '@clickseg/runtime/node';
import { expect, it } from 'vitest';
import { StartFault } from '../src/fault.ts';
import { listen } from '../src/listen.ts';
import { openModel } from '../src/open-model.ts';
import { createServer } from '../src/serve.ts';
import { fakeModel, zeros } from './fake-model.ts';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));

it.each([
  ['no/such.onnx', /^serve: --model no\/such\.onnx: ENOENT/],
  [tmpdir(), /^serve: --model .*: EISDIR/],
  [readme, /^serve: --model .*README\.md: /],
])('a model that is none is told with its name: %s', async (path, message) => {
  const opening = openModel(path, nodeBackend({ threads: 1 }));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toBeInstanceOf(StartFault);
});

it.each([
  ['999.1.1.1', /^serve: --host 999\.1\.1\.1 --port \d+: no such host/],
  ['192.0.2.1', /^serve: --host 192\.0\.2\.1 --port \d+: this machine has no such address$/],
  ['127.0.0.1', /^serve: --host 127\.0\.0\.1 --port \d+: something listens there already$/],
])('an address that cannot be had is told, and the model let go: %s', async (host, message) => {
  const other = createTcp().listen(0, '127.0.0.1');
  await once(other, 'listening');
  let disposed = false;
  const model = {
    ...fakeModel(zeros),
    dispose: async () => {
      disposed = true;
    },
  };
  const { port } = other.address() as AddressInfo;
  const starting = listen(createServer(model, { name: 'ct' }), host, port);
  await expect(starting).rejects.toThrow(message);
  await expect(starting).rejects.toBeInstanceOf(StartFault);
  expect(disposed).toBe(true);
  other.close();
});
