import type { AddressInfo } from 'node:net';
import { createSegmenter } from '@clickseg/runtime';
import { CONFORMANCE_METADATA, conformanceModel } from '@clickseg/runtime/conformance';
import { attachMetadata, nodeBackend } from '@clickseg/runtime/node';
import { remoteBackend, remoteModel } from '@clickseg/runtime/remote';
import { afterEach, expect, it } from 'vitest';
import { loadServedModel } from '../src/model.ts';
import { createServer } from '../src/serve.ts';

const one = conformanceModel();
// Of the same inputs and outputs; what it is fed with is another.
const other = attachMetadata(one, { ...CONFORMANCE_METADATA, version: '2', spacing: 3 });
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(bytes: Uint8Array, port = 0) {
  const app = createServer(await loadServedModel(bytes, nodeBackend({ threads: 1 })), { name: 'net' });
  closers.push(() => app.close());
  const url = await app.listen({ port, host: '127.0.0.1' });
  return { app, url, port: (app.addresses()[0] as AddressInfo).port };
}

async function open(url: string, version?: string) {
  const server = { url, model: 'net', ...(version && { version }) };
  const segmenter = await createSegmenter({
    model: await remoteModel(server),
    backend: remoteBackend(server),
  });
  const interaction = await segmenter.open({
    data: Float32Array.from({ length: 1024 }, (_, i) => i % 7),
    shape: [32, 32],
  });
  interaction.add({ x: 9, y: 12, label: 'foreground' });
  return interaction;
}

it.each([undefined, '1'])(
  'served at the same address ends an open session, asked for as version %s, and the same model does not',
  async (version) => {
    const first = await serve(one);
    const interaction = await open(first.url, version);
    const { mask } = await interaction.predict();
    await first.app.close();
    const again = await serve(one, first.port);
    expect((await interaction.predict()).mask.data).toEqual(mask.data);
    await again.app.close();
    await serve(other, first.port);
    await expect(interaction.predict()).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringContaining('open it anew'),
    });
  },
);

it('is refused where the client holds the bytes of the one', async () => {
  const { url } = await serve(other);
  const backend = remoteBackend({ url, model: 'net' });
  await expect(createSegmenter({ model: { data: one }, backend })).rejects.toMatchObject({
    code: 'invalid-model',
    message:
      'remote: the server\'s model \'net\' is another: its version is "2" there and "1" in the bytes given',
  });
  const segmenter = await createSegmenter({ model: { data: other }, backend });
  await segmenter.dispose();
});

it('is announced as another version', async () => {
  const versions = await Promise.all(
    [one, other, one].map(async (bytes) => {
      const { url } = await serve(bytes);
      const { versions } = (await (await fetch(`${url}/v2/models/net`)).json()) as { versions: string[] };
      // By that name it is found too.
      expect((await fetch(`${url}/v2/models/net/versions/${versions[0]}/ready`)).status).toBe(200);
      expect((await fetch(`${url}/v2/models/net/versions/2/ready`)).status).toBe(404);
      return versions;
    }),
  );
  expect(versions[0]).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/)]);
  expect(versions[1]).not.toEqual(versions[0]);
  expect(versions[2]).toEqual(versions[0]);
});
