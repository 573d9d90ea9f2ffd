import { conformanceCases, conformanceModel, runConformance } from '@clickseg/runtime/conformance';
import { nodeBackend } from '@clickseg/runtime/node';
import { remoteBackend } from '@clickseg/runtime/remote';
import { expect, it } from 'vitest';
import { loadServedModel } from '../src/model.ts';
import { createServer } from '../src/serve.ts';

it('passes every case of the runtime that needs no bytes, bit for bit, for both outputs of its model', async () => {
  const served = await loadServedModel(conformanceModel(), nodeBackend({ threads: 1 }));
  const app = createServer(served, { name: 'net' });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { results } = await runConformance({
    backend: () => remoteBackend({ url, model: 'net' }),
    readsBytes: false,
  });
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  expect(results).toHaveLength(conformanceCases.length);
  expect(results.filter(({ skipped }) => skipped)).toHaveLength(1);
  await app.close();
}, 60_000);
