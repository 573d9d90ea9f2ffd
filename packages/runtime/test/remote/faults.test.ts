import { afterEach, describe, expect, it } from 'vitest';
import { createSegmenter } from '../../src/index.ts';
import { type RemoteFault, type RemoteOptions, remoteBackend, remoteModel } from '../../src/remote/index.ts';
import { metadata, picture } from '../support.ts';
import { answer, DESCRIPTION, echoImage, type Handler, reply, type StandIn, standIn } from './stand-in.ts';

const servers: StandIn[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: Parameters<typeof standIn>[0] = {}): Promise<StandIn> {
  const server = await standIn(options);
  servers.push(server);
  return server;
}

const TOKEN = 'secret-token-4242';
const click = { x: 30, y: 30, label: 'foreground' as const };
const tensor = { type: 'float32' as const, data: new Float32Array(3 * 256), dims: [1, 3, 16, 16] };
const plane = new Float32Array(256);

function at(server: StandIn, more: Partial<RemoteOptions> = {}): RemoteOptions {
  return { url: server.url, model: 'net', token: TOKEN, retryDelay: 0, ...more };
}

/** Loads the server's model by its own description and runs it once. */
async function runOnce(options: RemoteOptions, signal?: AbortSignal) {
  const { data } = await remoteModel({ ...options, metadata });
  const session = await remoteBackend(options).load(data as Uint8Array, {});
  return session.run({ input: tensor }, { outputs: ['output'], signal });
}

/** The error of a call, and that no part of it carries the token. */
async function failure(call: Promise<unknown>) {
  const error = await call.then(
    () => expect.fail('it did not fail'),
    (reason: Error & { code?: string; cause?: RemoteFault }) => reason,
  );
  for (let e: Error | undefined = error; e; e = e.cause as Error | undefined) {
    // Nor its beginning.
    expect(`${e.message} ${e.stack}`).not.toContain(TOKEN.slice(0, 6));
  }
  return error;
}

describe('an HTTP error', () => {
  it.each([400, 401, 403, 404, 413, 500])(
    '%i is not repeated, and is told with its words',
    async (status) => {
      const server = await serve({ infer: (_, r) => reply(r, status, { error: `no: Bearer ${TOKEN}` }) });
      const error = await failure(runOnce(at(server)));
      expect(error).toMatchObject({ code: 'backend-failed', cause: { kind: 'status', status } });
      expect(error.message).toContain('no: Bearer [token]');
      expect(error.message).toContain(`POST ${server.url}/v2/models/net/infer: ${status}`);
      expect(server.seen.filter(({ path }) => path.endsWith('/infer'))).toHaveLength(1);
    },
  );

  it.each([408, 429, 502, 503, 504])('%i is repeated as often as allowed', async (status) => {
    const server = await serve({ infer: (_, r) => reply(r, status, { error: 'busy' }) });
    const error = await failure(runOnce(at(server, { retries: 3 })));
    expect(error).toMatchObject({ code: 'backend-failed', cause: { status } });
    expect(error.message).toContain('4 attempts');
    expect(server.seen.filter(({ path }) => path.endsWith('/infer'))).toHaveLength(4);
  });

  it('passes where a later attempt succeeds', async () => {
    let calls = 0;
    const infer: Handler = (seen, r) => (++calls < 3 ? reply(r, 503, {}) : echoImage(seen, r));
    const result = await runOnce(at(await serve({ infer })));
    expect(result.output.dims).toEqual([1, 1, 16, 16]);
  });
});

describe('backoff', () => {
  async function delays(random: () => number, retryAfter?: string) {
    const asked: number[] = [];
    const clock = {
      // The timeout of an attempt never comes; a pause is over at once.
      setTimeout: (callback: () => void, ms: number) => {
        if (ms === 777) return undefined;
        asked.push(ms);
        queueMicrotask(callback);
        return undefined;
      },
      clearTimeout: () => {},
    };
    const infer: Handler = (_, r) => {
      if (retryAfter) r.setHeader('retry-after', retryAfter);
      reply(r, 503, {});
    };
    const options = { retries: 4, retryDelay: 100, maxRetryDelay: 500, timeout: 777, clock, random };
    await failure(runOnce(at(await serve({ infer }), options)));
    return asked;
  }
  it('doubles up to its limit', async () => expect(await delays(() => 1)).toEqual([100, 200, 400, 500]));
  it('is drawn at random below that', async () =>
    expect(await delays(() => 0.5)).toEqual([50, 100, 200, 250]));
  it('fits a timer, however long it was asked for', async () => {
    const asked: number[] = [];
    const clock = {
      setTimeout: (callback: () => void, ms: number) => {
        if (ms === 777) return undefined;
        asked.push(ms);
        queueMicrotask(callback);
        return undefined;
      },
      clearTimeout: () => {},
    };
    const server = await serve({ infer: (_, r) => reply(r, 503, {}) });
    const long = { retries: 2, retryDelay: 1e300, maxRetryDelay: 1e300, timeout: 777 };
    await failure(runOnce(at(server, { ...long, clock, random: () => 1 })));
    expect(asked).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
  });
  it('heeds Retry-After up to its limit', async () => {
    expect(await delays(() => 0, '0.3')).toEqual([300, 300, 300, 300]);
    expect(await delays(() => 0, '60')).toEqual([500, 500, 500, 500]);
  });
  it('heeds it as a date too, and takes one that is over or none for no pause', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    expect(await delays(() => 0, inAnHour)).toEqual([500, 500, 500, 500]);
    for (const other of ['Wed, 21 Oct 2015 07:28:00 GMT', 'soon'])
      expect(await delays(() => 0, other)).toEqual([0, 0, 0, 0]);
  });
});

describe('no answer, or a wrong one', () => {
  it('a server that never answers ends in a timeout', async () => {
    const server = await serve({ infer: () => {} });
    const error = await failure(runOnce(at(server, { timeout: 60, retries: 1 })));
    expect(error).toMatchObject({ code: 'backend-failed', cause: { kind: 'timeout' } });
    expect(error.message).toContain('60 ms (2 attempts)');
  });

  it.each([1e10, Number.POSITIVE_INFINITY])('is waited for as long as %s ms say', async (timeout) => {
    const late: Handler = async (seen, r) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await echoImage(seen, r);
    };
    const { output } = await runOnce(at(await serve({ infer: late }), { timeout, retries: 0 }));
    expect(output.data).toHaveLength(256);
  });

  it('a refused connection', async () => {
    const server = await serve();
    await server.close();
    const error = await failure(runOnce(at(server, { retries: 1 })));
    expect(error).toMatchObject({ code: 'backend-failed', cause: { kind: 'network' } });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('a connection cut in the middle of the body', async () => {
    const infer: Handler = (_, r) => {
      r.writeHead(200, { 'content-length': '5000' });
      r.write('{"outputs"', () => r.destroy());
    };
    const error = await failure(runOnce(at(await serve({ infer }), { retries: 0 })));
    expect(error).toMatchObject({ code: 'backend-failed', cause: { kind: 'network' } });
  });

  it.each([
    ['a short body', { cut: 4 }, /cut off: .*1024/],
    ['a body shorter than its JSON', { length: '9999' }, /should have 9999/],
    ['bytes too many', { size: 1020 }, /\[1,1,16,16\] of FP32 needs 1024 bytes, binary_data_size is 1020/],
    ['a header that is no number', { length: 'x' }, /'x' is not a number/],
    ['no header', { length: null }, /CORS/],
    ['the answer to another request', { header: { id: 'other' } }, /'other', not to '1'/],
    ['no outputs', { header: { outputs: 3 } }, /no outputs/],
    [
      'an output of JSON numbers, too few',
      { header: { outputs: [{ name: 'output', datatype: 'FP32', shape: [1, 1, 16, 16], data: [1, 2] }] } },
      /needs 256 numbers, not 2/,
    ],
    [
      'an output of JSON that are no numbers',
      { header: { outputs: [{ name: 'output', datatype: 'FP32', shape: [1, 2], data: [1, null] }] } },
      /holds null/,
    ],
    [
      'an output that is nowhere',
      { header: { outputs: [{ name: 'output', datatype: 'FP32', shape: [1] }] } },
      /binary_data_size/,
    ],
  ])('%s', async (_, change, message) => {
    const infer: Handler = (seen, r) => answer(r, seen.json, plane, [1, 1, 16, 16], change);
    const error = await failure(runOnce(at(await serve({ infer }))));
    expect(error).toMatchObject({ code: 'backend-failed', cause: { kind: 'answer' } });
    expect(error.message).toMatch(message);
  });

  it('a web page', async () => {
    const infer: Handler = (_, r) =>
      void r.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Sign in');
    const error = await failure(runOnce(at(await serve({ infer }))));
    expect(error).toMatchObject({ code: 'backend-failed', cause: { kind: 'answer' } });
    expect(error.message).toContain('a web page');
  });

  it('another datatype than announced', async () => {
    const infer: Handler = (s, r) => answer(r, s.json, plane, [1, 1, 16, 16], { datatype: 'INT32' });
    expect(await failure(runOnce(at(await serve({ infer }))))).toMatchObject({ code: 'invalid-model' });
  });

  it('another shape, which the runtime refuses', async () => {
    const infer: Handler = (s, r) => answer(r, s.json, plane, [1, 1, 8, 32]);
    const options = at(await serve({ infer }));
    const model = await remoteModel({ ...options, metadata });
    const error = await failure(createSegmenter({ model, backend: remoteBackend(options) }));
    expect(error).toMatchObject({ code: 'invalid-model' });
  });

  it('another version than the session began with', async () => {
    let version = 0;
    const infer: Handler = (s, r) =>
      answer(r, s.json, plane, [1, 1, 16, 16], { header: { model_version: String(++version) } });
    const options = at(await serve({ infer }));
    const { data } = await remoteModel({ ...options, metadata });
    const session = await remoteBackend(options).load(data as Uint8Array, {});
    await session.run({ input: tensor }, { outputs: ['output'] });
    const error = await failure(session.run({ input: tensor }, { outputs: ['output'] }));
    expect(error).toMatchObject({ code: 'invalid-model', message: expect.stringContaining('version 2 now') });
  });
});

describe('a token that the server repeats stands in no error', () => {
  it.each([
    ['in an error within', new Error('no route', { cause: new Error(`sent Bearer ${TOKEN}`) })],
    ['in an error around', new Error(`sent Bearer ${TOKEN}`, { cause: new Error('no route') })],
    ['in one of several', new Error('no', { cause: new AggregateError([new Error(TOKEN)], 'all failed') })],
  ])('%s', async (_, error) => {
    const fetch = () => Promise.reject(error);
    expect(await failure(remoteModel(at(await serve(), { fetch, retries: 0 })))).toMatchObject({
      code: 'backend-failed',
      cause: { kind: 'network' },
    });
  });

  it('as the name of a tensor', async () => {
    const inputs = [{ name: TOKEN, datatype: 'FP32', shape: [-1, 3, -1, -1] }];
    const describe: Handler = (_, r) => reply(r, 200, { ...DESCRIPTION, inputs });
    const error = await failure(remoteModel(at(await serve({ describe }))));
    expect(error.message).toContain('[token]');
  });

  const echo = `Bearer ${TOKEN}`;
  const page: Handler = (_, r) => void r.end(echo);
  const entry = (change: object) => ({ ...DESCRIPTION, inputs: [{ ...DESCRIPTION.inputs[0], ...change }] });
  // Cut where the token is in the middle of the cut.
  const before = (length: number) => 'x'.repeat(length - 9);

  it.each<[string, Parameters<typeof standIn>[0]]>([
    ['of a description that is no JSON', { describe: page }],
    ['of one that is no JSON from its first letter on', { describe: (_, r) => void r.end(`${TOKEN} 1`) }],
    ['of one that is no JSON, cut', { describe: (_, r) => void r.end(before(60) + TOKEN) }],
    ['of a tensor without a shape', { describe: entry({ shape: [echo] }) }],
    ['of such a tensor, cut', { describe: entry({ name: before(100) + TOKEN, shape: ['none'] }) }],
    ['of an unknown datatype', { describe: entry({ datatype: TOKEN }) }],
    ['of a long error', { describe: (_, r) => reply(r, 500, { error: before(300) + TOKEN }) }],
    [
      'of an error whose letters are escaped',
      {
        describe: (_, r) =>
          void r.writeHead(500).end(`no JSON: ${TOKEN.replace('-', '\\u002d').replace('s', '\\u0073')}`),
      },
    ],
  ])('%s', async (_, options) => {
    const error = await failure(remoteModel({ ...at(await serve(options)), metadata, retries: 0 }));
    expect(['backend-failed', 'invalid-model']).toContain(error.code);
  });

  it('of the configuration', async () => {
    for (const text of [`{ ${TOKEN}`, JSON.stringify({ ...metadata, kernel: TOKEN })]) {
      const config: Handler = (_, r) => reply(r, 200, { parameters: { clickseg: { string_value: text } } });
      expect(await failure(remoteModel(at(await serve({ config }))))).toMatchObject({
        code: 'invalid-model',
      });
    }
  });

  it.each<[string, object]>([
    ['of an output without a shape', { outputs: [{ name: 'output', datatype: 'FP32', shape: echo }] }],
    ['of one without its size', { outputs: [{ name: 'output', datatype: TOKEN, shape: [1] }] }],
    ['of another datatype', { outputs: [{ name: 'output', datatype: TOKEN, shape: [0], data: [] }] }],
    ['of another request', { id: TOKEN }],
    [
      'of numbers that are none',
      { outputs: [{ name: 'output', datatype: 'FP32', shape: [1], data: [echo] }] },
    ],
  ])('%s', async (_, header) => {
    const infer: Handler = (s, r) => answer(r, s.json, plane, [1, 1, 16, 16], { header });
    await failure(runOnce(at(await serve({ infer }))));
  });

  it('of a fetch of the caller’s', async () => {
    const fetch = async () => {
      throw new TypeError(`refused: ${echo}`);
    };
    const error = await failure(remoteModel(at(await serve(), { fetch, retries: 0 })));
    expect(error.message).toContain('refused: Bearer [token]');
  });
});

describe('an answer without end', () => {
  /** Sends zeros until its client has gone. */
  const flood: Handler = (_, r) => {
    const part = Buffer.alloc(2 ** 20);
    r.on('close', () => r.destroy());
    const more = () => {
      while (!r.destroyed && r.write(part));
      if (!r.destroyed) r.once('drain', more);
    };
    more();
  };

  it('is read no further than a description or a mask needs, and not asked for again', async () => {
    for (const options of [{ describe: flood }, { ready: flood }, { infer: flood }]) {
      const server = await serve(options);
      const error = await failure(runOnce(at(server)));
      expect(error).toMatchObject({ code: 'backend-failed', cause: { kind: 'answer' } });
      expect(error.message).toMatch(/the answer is longer than \d+ bytes$/);
    }
  });

  it('is an error’s text to its beginning', async () => {
    const server = await serve({
      infer: (seen, r) => {
        r.writeHead(500);
        return flood(seen, r);
      },
    });
    expect(await failure(runOnce(at(server)))).toMatchObject({ cause: { kind: 'status', status: 500 } });
  });

  it('is told of too where the platform streams no answers', async () => {
    const long = { ok: true, headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(5 * 2 ** 20) };
    const fetch = async () => long as unknown as Response;
    const error = await failure(remoteModel(at(await serve(), { fetch })));
    expect(error.message).toContain('longer than');
  });
});

describe('the bytes that the client holds', () => {
  const config =
    (text: unknown): Handler =>
    (_, r) =>
      reply(r, 200, { parameters: { clickseg: { string_value: text } } });
  const own = { ...metadata, version: '1', zoom: { overview: 32, window: 64, margin: 2 } };
  async function load(options: Parameters<typeof standIn>[0], described: object = own) {
    const bytes = await remoteModel(at(await serve({ config: config(JSON.stringify(described)) })));
    return remoteBackend(at(await serve(options), { retries: 0 })).load(bytes.data as Uint8Array, {});
  }

  it.each([
    ['name', { name: 'other' }, 'its name is "other" there and "golden" in the bytes given'],
    ['version', { version: '2' }, 'its version is "2" there'],
    ['spacing', { spacing: 2 }, 'its spacing is 2 there and 1 in'],
    ['zoom', { zoom: undefined }, 'its zoom is none there and {"overview":32'],
    ['sigma', { sigma: 3 }, 'its sigma'],
    ['kernel', { kernel: 'erf' }, 'its kernel'],
    ['previous mask', { previousMask: true }, 'its previousMask is true there and none in'],
    [
      'curve',
      {
        normalization: {
          method: 'z-score',
          curve: [
            [0, 0],
            [1, 1],
          ],
        },
      },
      'its normalization',
    ],
  ])('are of another model than the server’s where its %s differs', async (_, change, words) => {
    const error = await failure(load({ config: config(JSON.stringify({ ...own, ...change })) }));
    expect(error).toMatchObject({ code: 'invalid-model', message: expect.stringContaining(words) });
  });

  it.each<[string, Handler | undefined]>([
    [
      'the same, its order and defaults apart',
      config(JSON.stringify({ sigma: 2, ...own, previousMask: false })),
    ],
    [
      'of another threshold',
      config(JSON.stringify({ ...own, threshold: 0.6, certainty: 0.9, maxSize: 256 })),
    ],
    ['none', undefined],
    ['no text', config(5)],
    ['kept behind a sign-in', (_, r) => reply(r, 403, {})],
    ['a page', (_, r) => void r.end('<!doctype html>')],
    ['elsewhere', (_, r) => void r.writeHead(302, { location: '/login' }).end()],
    ['cut off', (_, r) => r.destroy()],
    ['busy', (_, r) => reply(r, 503, {})],
    ['written by hand, without a version', config(JSON.stringify({ ...own, version: undefined }))],
  ])('load where the server’s description is %s', async (_, handler) => {
    const session = await load({ config: handler });
    expect(session.provider).toBe('remote');
  });

  it('load where the server never says, and wait three seconds for it', async () => {
    const waited: number[] = [];
    const clock = {
      setTimeout(callback: () => void, ms: number) {
        waited.push(ms);
        return ms === 3000 ? setTimeout(callback, 20) : undefined;
      },
      clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    };
    const bytes = await remoteModel(at(await serve({ config: config(JSON.stringify(own)) })));
    const options = at(await serve({ config: () => undefined }), { clock });
    const session = await remoteBackend(options).load(bytes.data as Uint8Array, {});
    expect(session.provider).toBe('remote');
    expect(waited.filter((ms) => ms === 3000)).toHaveLength(1);
  });

  it('load where what is given beside the server goes before what it says', async () => {
    const options = at(await serve({ config: config(JSON.stringify({ ...own, name: 'other' })) }));
    const model = await remoteModel({ ...options, metadata });
    const segmenter = await createSegmenter({ model, backend: remoteBackend(options) });
    expect(segmenter.metadata).toMatchObject(metadata);
    await segmenter.dispose();
  });
});

describe('a token function', () => {
  it('that never answers ends in a timeout or an abort, and the next prediction goes on', async () => {
    let stuck = false;
    const server = await serve();
    const token = () => (stuck ? new Promise<string>(() => undefined) : TOKEN);
    for (const timeout of [60, 60_000]) {
      stuck = false;
      const options = at(server, { token, timeout, retries: 0 });
      const model = await remoteModel({ ...options, metadata });
      const segmenter = await createSegmenter({ model, backend: remoteBackend(options) });
      const interaction = await segmenter.open(picture(64, 64));
      interaction.add(click);
      stuck = true;
      const abort = new AbortController();
      const reason = new Error('the user left');
      const fault = failure(interaction.predict({ signal: abort.signal }));
      if (timeout > 60) abort.abort(reason);
      expect(await fault).toEqual(
        timeout > 60
          ? reason
          : expect.objectContaining({
              code: 'backend-failed',
              cause: expect.objectContaining({ kind: 'timeout' }),
            }),
      );
      stuck = false;
      expect((await interaction.predict()).mask.shape).toEqual([64, 64]);
      expect(interaction.clicks).toHaveLength(1);
      await segmenter.dispose();
    }
  });

  it('that fails is told as it failed, and is not asked again', async () => {
    const mine = new Error('signed out');
    let asked = 0;
    const token = () => {
      asked++;
      throw mine;
    };
    expect(await failure(remoteModel(at(await serve(), { token })))).toBe(mine);
    expect(asked).toBe(1);
  });
});

describe('abort', () => {
  it('before and during a run rejects with the reason, and closes the connection', async () => {
    const reason = new Error('the user left');
    const server = await serve({ infer: () => {} });
    expect(await failure(runOnce(at(server), AbortSignal.abort(reason)))).toBe(reason);
    const abort = new AbortController();
    const run = failure(runOnce(at(server), abort.signal));
    while (!server.seen.some(({ path }) => path.endsWith('/infer')))
      await new Promise((r) => setTimeout(r, 5));
    abort.abort(reason);
    expect(await run).toBe(reason);
    while (server.abandoned() === 0) await new Promise((r) => setTimeout(r, 5));
    expect(server.abandoned()).toBe(1);
  });
});

describe('what the server says of the model', () => {
  const input = DESCRIPTION.inputs[0];
  it.each([
    ['another input', { inputs: [{ ...input, name: 'x' }] }],
    ['four channels', { inputs: [{ ...input, shape: [-1, 4, -1, -1] }] }],
    ['a further input', { inputs: [input, { ...input, name: 'y' }] }],
    ['whole numbers', { inputs: [{ ...input, datatype: 'INT8' }] }],
    ['halves where floats were asked for', { inputs: [{ ...input, datatype: 'FP16' }] }],
    ['no such output', { outputs: [{ ...DESCRIPTION.outputs[0], name: 'z' }] }],
  ])('%s is refused on load', async (_, change) => {
    const { data } = await remoteModel({ ...at(await serve()), metadata });
    const server = await serve({ describe: { ...DESCRIPTION, ...change } });
    const load = remoteBackend(at(server, { precision: 'fp32' })).load(data as Uint8Array, {});
    expect(await failure(load)).toMatchObject({ code: 'invalid-model' });
  });

  it('an unknown model and one that is not ready are told in the words of the server', async () => {
    const unknown = await serve({ describe: (_, r) => reply(r, 400, { error: "unknown model: 'net'" }) });
    expect((await failure(remoteModel(at(unknown)))).message).toContain(
      "400 Bad Request: unknown model: 'net'",
    );
    const waiting = await serve({ ready: (_, r) => reply(r, 200, { name: 'net', ready: false }) });
    expect((await failure(remoteModel(at(waiting)))).message).toContain('not ready');
  });

  it('a model is opened without bytes from the configuration, and refused where it says nothing', async () => {
    const config: Handler = (_, r) =>
      reply(r, 200, { parameters: { clickseg: { string_value: JSON.stringify(metadata) } } });
    const options = at(await serve({ config }));
    const segmenter = await createSegmenter({
      model: await remoteModel(options),
      backend: remoteBackend(options),
    });
    expect(segmenter.metadata).toMatchObject(metadata);
    expect(await failure(remoteModel(at(await serve())))).toMatchObject({ code: 'invalid-model' });
  });
});

describe('a segmenter on a server', () => {
  async function segmenterOn(server: StandIn, more: Partial<RemoteOptions> = {}) {
    const options = at(server, more);
    const model = await remoteModel({ ...options, metadata: { ...metadata, threshold: 0.5 } });
    return createSegmenter({ model, backend: remoteBackend(options) });
  }
  const open = async (server: StandIn) => (await segmenterOn(server)).open(picture(64, 64));

  it('keeps the newer click where an older answer comes late', async () => {
    const held: (() => void)[] = [];
    let hold = false;
    const infer: Handler = (seen, r) =>
      hold ? void held.push(() => echoImage(seen, r)) : echoImage(seen, r);
    const interaction = await open(await serve({ infer }));
    interaction.add(click);
    hold = true;
    const abort = new AbortController();
    const older = failure(interaction.predict({ signal: abort.signal }));
    while (held.length === 0) await new Promise((r) => setTimeout(r, 2));
    interaction.add({ x: 10, y: 12, label: 'foreground' });
    abort.abort(new Error('newer'));
    const newer = interaction.predict();
    expect((await older).message).toBe('newer');
    while (held.length < 2) await new Promise((r) => setTimeout(r, 2));
    held[0]();
    hold = false;
    held[1]();
    const { mask } = await newer;
    expect(mask.data[12 * 64 + 10]).toBe(1);
    expect(mask.data).toEqual((await interaction.predict()).mask.data);
  });

  it('lets an open request go when its image is closed, and serves the next image', async () => {
    let hold = false;
    const server = await serve({ infer: (seen, r) => (hold ? undefined : echoImage(seen, r)) });
    const segmenter = await segmenterOn(server, { timeout: Number.POSITIVE_INFINITY });
    const [image, other] = [await segmenter.open(picture(64, 64)), await segmenter.open(picture(64, 64))];
    image.add(click);
    other.add(click);
    const before = server.seen.length;
    hold = true;
    const running = failure(image.predict());
    while (server.seen.length === before) await new Promise((r) => setTimeout(r, 2));
    hold = false;
    await image.dispose();
    expect(await running).toMatchObject({ code: 'disposed' });
    expect((await other.predict()).mask.data[30 * 64 + 30]).toBe(1);
    hold = true;
    const last = failure(other.predict());
    other.add({ x: 9, y: 9, label: 'foreground' });
    await segmenter.dispose();
    expect(await last).toMatchObject({ code: 'disposed' });
  });

  it('goes on after the server was restarted, and loses no click while it is gone', async () => {
    const first = await standIn();
    const interaction = await open(first);
    interaction.add(click);
    const before = await interaction.predict();
    await first.close();
    expect(await failure(interaction.predict())).toMatchObject({ code: 'backend-failed' });
    expect(interaction.clicks).toHaveLength(1);
    await serve({ port: first.port });
    expect((await interaction.predict()).mask.data).toEqual(before.mask.data);
  });
});

describe('the wire', () => {
  it('is what NVIDIA documents: JSON, then the tensor, with both lengths and the token', async () => {
    const server = await serve();
    await runOnce(at(server, { version: '1' }));
    const seen = server.seen.at(-1)!;
    expect([seen.method, seen.path]).toEqual(['POST', '/v2/models/net/versions/1/infer']);
    expect(seen.json).toEqual({
      id: '1',
      inputs: [
        { name: 'input', shape: [1, 3, 16, 16], datatype: 'FP32', parameters: { binary_data_size: 3072 } },
      ],
      outputs: [{ name: 'output', parameters: { binary_data: true } }],
    });
    expect(seen.binary).toHaveLength(3072);
    expect(seen.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/octet-stream',
      'content-length': String(seen.body.length),
    });
  });

  it('has its own headers in place of the caller’s, however either writes them, and the caller’s others', async () => {
    const server = await serve();
    const headers = {
      Authorization: 'Basic abc',
      'Content-Type': 'application/json',
      'Accept-Encoding': 'gzip',
      'X-Gateway': 'k',
    };
    await runOnce(at(server, { headers }));
    expect(server.seen.at(-1)!.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/octet-stream',
      'accept-encoding': 'gzip',
      'x-gateway': 'k',
    });
  });

  it('is read where the server answers in JSON numbers, as OpenVINO Model Server once did', async () => {
    const values = Array.from({ length: 256 }, (_, i) => i / 256);
    const nested = [[Array.from({ length: 16 }, (_, y) => values.slice(16 * y, 16 * y + 16))]];
    for (const data of [values, nested]) {
      const output = { name: 'output', datatype: 'FP32', shape: [1, 1, 16, 16], data };
      // A newline after the JSON is JSON still.
      const infer: Handler = ({ json: { id } }, r) =>
        void r.end(`${JSON.stringify({ model_name: 'net', id, outputs: [output] }, null, 2)}\n`);
      const result = await runOnce(at(await serve({ infer })));
      expect(result.output).toEqual({
        type: 'float32',
        data: Float32Array.from(values),
        dims: [1, 1, 16, 16],
      });
    }
  });

  it('is the same, gzipped', async () => {
    const server = await serve();
    await runOnce(at(server, { gzip: true }));
    const seen = server.seen.at(-1)!;
    expect(seen.headers['content-encoding']).toBe('gzip');
    expect(seen.body.length).toBeLessThan(1000);
    expect(seen.binary).toHaveLength(3072);
  });

  it('carries halves where the server says so', async () => {
    const half = (list: typeof DESCRIPTION.inputs) => list.map((t) => ({ ...t, datatype: 'FP16' }));
    const server = await serve({
      describe: { ...DESCRIPTION, inputs: half(DESCRIPTION.inputs), outputs: half(DESCRIPTION.outputs) },
      infer: (s, r) => answer(r, s.json, new Uint16Array(256).fill(0x3800), [1, 1, 16, 16]),
    });
    const { output } = await runOnce(at(server, { precision: 'fp16' }));
    expect(server.seen.at(-1)!.binary).toHaveLength(1536);
    expect(output.data).toEqual(new Float32Array(256).fill(0.5));
  });
});

it.each([
  [{ url: 'net' }],
  [{ url: 'ftp://host' }],
  [{ url: 'http://user:pass@host' }],
  [{ model: '' }],
  [{ version: '' }],
  [{ token: `${TOKEN}\n` }],
  [{ timeout: 0 }],
  [{ timeout: Number.NaN }],
  [{ maxRetryDelay: Number.POSITIVE_INFINITY }],
  [{ headers: null as never }],
  [{ retries: -1 }],
  [{ retryDelay: Number.NaN }],
  [{ precision: 'int8' as 'fp16' }],
  [{ headers: { 'bad name': 'x' } }],
  [{ headers: new Headers({ 'x-gateway': TOKEN }) as never }],
  [{ headers: new Map([['x-gateway', TOKEN]]) as never }],
  [{ headers: [['x-gateway', TOKEN]] as never }],
])('refuses %o before anything is sent', async (options: Partial<RemoteOptions>) => {
  const create = async () => remoteBackend({ url: 'http://127.0.0.1:1', model: 'net', ...options });
  expect(await failure(create())).toMatchObject({ code: 'invalid-option' });
});

it.each([undefined, null, 'http://127.0.0.1:1'])('refuses %s for options', async (none) => {
  const create = async () => remoteBackend(none as never);
  expect(await failure(create())).toMatchObject({ code: 'invalid-option' });
  expect(await failure(remoteModel(none as never))).toMatchObject({ code: 'invalid-option' });
});

it('refuses a model whose input the server says no memory holds', async () => {
  const shape = [1, 3, 2 ** 40, 2 ** 40];
  const server = await serve({ describe: { ...DESCRIPTION, inputs: [{ ...DESCRIPTION.inputs[0], shape }] } });
  const model = await remoteModel({ ...at(server), metadata });
  const loading = createSegmenter({ model, backend: remoteBackend(at(server)) });
  expect(await failure(loading)).toMatchObject({ code: 'invalid-model' });
});
