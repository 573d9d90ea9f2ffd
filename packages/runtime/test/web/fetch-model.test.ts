import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  FETCH_MODEL_DEFAULTS,
  type FetchModelOptions,
  fetchModel,
  type ModelBytes,
  type ModelCache,
} from '../../src/web/index.ts';
import { field, join } from '../support.ts';

// The browser's own downloads are in browser.test.ts; here the network and the cache do what a test wants.
// An ONNX file of 10,000 bytes, nearly all of them the graph's comment.
const comment = new Uint8Array(9992).map((_, i) => (i * 7919) >> 3);
const model = Uint8Array.from(join(field(1, 8), field(7, field(10, comment))));
const sha256 = createHash('sha256').update(model).digest('hex');
const url = 'https://models.example.org/ct.onnx';
const tagged = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

interface Asked {
  readonly range: string | null;
  readonly condition: string | null;
}

/** Answers one request after another by `answers`, the last one for ever. */
function network(...answers: ((asked: Asked, signal: AbortSignal) => Response | Promise<Response>)[]) {
  const asked: Asked[] = [];
  const fetch = (async (_: string, { headers, signal }: { headers: object; signal: AbortSignal }) => {
    const got = new Headers(headers as Record<string, string>);
    asked.push({ range: got.get('range'), condition: got.get('if-range') });
    return answers[Math.min(asked.length, answers.length) - 1](asked[asked.length - 1], signal);
  }) as unknown as typeof globalThis.fetch;
  return { asked, fetch };
}

const whole =
  (headers: Record<string, string> = {}, length = model.length) =>
  () =>
    new Response(model.slice(0, length), { headers: { 'content-length': String(length), ...headers } });
const rest = ({ range }: Asked) => {
  const from = Number(/\d+/.exec(range ?? '')?.[0]);
  return new Response(model.subarray(from), {
    status: 206,
    headers: { etag: '"a"', 'content-range': `bytes ${from}-${model.length - 1}/${model.length}` },
  });
};
/** Sends `count` bytes, then breaks off, or falls silent. */
const broken =
  (count: number, headers: Record<string, string> = {}, silent = false) =>
  (_: Asked, signal: AbortSignal) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(model.subarray(0, count));
        if (!silent) setTimeout(() => controller.error(new TypeError('network error')), 5);
        signal.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')));
      },
    });
    return new Response(body, { headers: { 'content-length': String(model.length), ...headers } });
  };
const DATED = { 'last-modified': 'Mon, 02 Nov 2026 08:00:00 GMT' };
const deaf = () => new Promise<Response>(() => undefined);

function memoryCache(change: Partial<ModelCache> = {}) {
  const kept = new Map<string, Response>();
  const cache: ModelCache = {
    match: async (key) => kept.get(key)?.clone(),
    put: async (key, response) => void kept.set(key, response),
    delete: async (key) => kept.delete(key),
    ...change,
  };
  return { cache, kept };
}

const get = (fetch: typeof globalThis.fetch, more: FetchModelOptions = {}) =>
  fetchModel(url, { fetch, cache: null, backoff: 1, sha256, ...more });

describe('a download that breaks off', () => {
  it('goes on from where it was, if the file is still the same', async () => {
    const { fetch, asked } = network(broken(4000, { etag: '"a"' }), rest);
    const seen: ModelBytes[] = [];
    const { data } = await get(fetch, { onProgress: (bytes) => seen.push(bytes) });
    expect(data).toEqual(model);
    expect(asked).toEqual([
      { range: null, condition: null },
      { range: 'bytes=4000-', condition: '"a"' },
    ]);
    expect(seen.at(-1)).toEqual({ loaded: 10_000, total: 10_000, from: 'network' });
  });

  it.each([
    ['names no version', {}],
    ['names a weak one', { etag: 'W/"a"' }],
    ['compresses it', { etag: '"a"', 'content-encoding': 'gzip' }],
  ])('begins again where the server %s', async (_, headers) => {
    const { fetch, asked } = network(broken(4000, headers), whole());
    expect((await get(fetch)).data).toEqual(model);
    expect(asked[1]).toEqual({ range: null, condition: null });
  });

  it('begins again where the file has changed meanwhile, or another part comes', async () => {
    const cut = broken(4000, DATED);
    expect((await get(network(cut, whole()).fetch)).data).toEqual(model);
    const other = () =>
      new Response(model, { status: 206, headers: { 'content-range': 'bytes 0-9999/10000' } });
    expect((await get(network(cut, other, whole()).fetch)).data).toEqual(model);
  });

  it.each([
    ['another tag', { etag: '"b"' }, { etag: '"a"' }],
    ['no tag', {}, { etag: '"a"' }],
    ['a later date', { 'last-modified': 'Tue, 03 Nov 2026 08:00:00 GMT' }, DATED],
    ['another length', { ...DATED, 'content-range': 'bytes 4000-9999/20000' }, DATED],
  ])('begins again where the rest is that of another file: it has %s', async (_, theirs, ours) => {
    const wrong = () =>
      new Response(new Uint8Array(6000), {
        status: 206,
        headers: { 'content-range': 'bytes 4000-9999/10000', ...theirs },
      });
    const { fetch, asked } = network(broken(4000, ours), wrong, whole());
    // Without a digest nothing else would notice.
    expect((await get(fetch, { sha256: undefined })).data).toEqual(model);
    expect(asked.map(({ range }) => range)).toEqual([null, 'bytes=4000-', null]);
  });

  it('says that it got a web page where a file with a digest was wanted', async () => {
    const page = () => new Response('<!DOCTYPE html><html><title>App</title></html>');
    await expect(get(network(page).fetch)).rejects.toEqual(tagged('invalid-model', 'a web page'));
  });

  it('goes on where the date of the rest is the same, or is left out as the protocol allows', async () => {
    for (const dated of [DATED, {}]) {
      const last = () =>
        new Response(model.subarray(4000), {
          status: 206,
          headers: { 'content-range': 'bytes 4000-9999/*', ...dated },
        });
      const { fetch, asked } = network(broken(4000, DATED), last);
      expect((await get(fetch)).data).toEqual(model);
      expect(asked).toHaveLength(2);
    }
  });

  it('takes neither a part for the whole nor more than the rest', async () => {
    const part = () =>
      new Response(model.slice(0, 100), { status: 206, headers: { 'content-range': 'bytes 0-99/10000' } });
    const unknown = { sha256: undefined, retries: 0 };
    await expect(get(network(part).fetch, unknown)).rejects.toThrow(
      tagged('download-failed', '100 of 10000'),
    );
    const more = () =>
      new Response(new Uint8Array(7000), {
        status: 206,
        headers: { etag: '"a"', 'content-range': 'bytes 4000-9999/10000' },
      });
    const { fetch } = network(broken(4000, { etag: '"a"' }), more, whole());
    expect((await get(fetch, { sha256: undefined })).data).toEqual(model);
  });

  it('is taken up after a pause that fits a timer, however long it was asked for', async () => {
    const abort = new AbortController();
    const { fetch, asked } = network(broken(4000));
    const download = get(fetch, { backoff: 1e12, signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toHaveLength(1);
    abort.abort(new Error('enough'));
    await expect(download).rejects.toThrow('enough');
  });

  it('is one that falls silent too, whether or not the platform heeds the signal', async () => {
    const silent = broken(4000, { etag: '"a"' }, true);
    const { fetch, asked } = network(silent, deaf, rest);
    expect((await get(fetch, { timeout: 30 })).data).toEqual(model);
    expect(asked.map(({ range }) => range)).toEqual([null, 'bytes=4000-', 'bytes=4000-']);
    await expect(get(network(deaf).fetch, { timeout: 5, retries: 1 })).rejects.toThrow(
      tagged('download-failed', 'no byte came for 5 ms, 0 of ? bytes after 2 attempts'),
    );
  });

  it('is told after the last retry, with how far it came', async () => {
    const { fetch, asked } = network(broken(4000));
    await expect(get(fetch, { retries: 2 })).rejects.toThrow(
      tagged('download-failed', 'network error, 4000 of 10000 bytes after 3 attempts'),
    );
    expect(asked).toHaveLength(3);
  });
});

it.each([
  [503, 3],
  [404, 1],
])('a status of %i is asked for %i times', async (status, times) => {
  const { fetch, asked } = network(() => new Response('no', { status }));
  await expect(get(fetch, { retries: 2 })).rejects.toThrow(tagged('download-failed', `answered ${status}`));
  expect(asked).toHaveLength(times);
});

it('an abort ends it with its reason: at once, in the middle, and between two attempts', async () => {
  const reason = new Error('closed the tab');
  await expect(get(network(whole()).fetch, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  for (const answer of [broken(4000, {}, true), deaf, () => new Response('', { status: 503 })]) {
    const abort = new AbortController();
    const { fetch, asked } = network(answer);
    const download = get(fetch, { signal: abort.signal, backoff: 60_000 });
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort(reason);
    await expect(download).rejects.toBe(reason);
  }
});

describe('the cache', () => {
  it('is asked first, and what lies there is checked, also where the caller knows no digest', async () => {
    for (const known of [sha256, undefined]) {
      const { cache, kept } = memoryCache();
      const { fetch, asked } = network(whole());
      const options = { cache, sha256: known };
      await get(fetch, options);
      expect((await get(fetch, options)).data).toEqual(model);
      expect(asked).toHaveLength(1);
      const { headers } = kept.get(url)!;
      const harmed = model.slice();
      harmed[5000] ^= 1;
      kept.set(url, new Response(harmed, { headers }));
      expect((await get(fetch, options)).data).toEqual(model);
      expect(asked).toHaveLength(2);
      expect((await get(fetch, options)).data).toEqual(model);
      expect(asked).toHaveLength(2);
    }
  });

  it('holds no file of another digest than was asked for', async () => {
    const { cache, kept } = memoryCache();
    const wrong = get(network(whole()).fetch, { cache, sha256: 'a'.repeat(64) });
    await expect(wrong).rejects.toThrow(tagged('invalid-model', sha256));
    expect(kept.size).toBe(0);
  });

  it('keeps no page that came in place of a model, and gives up one that it kept before', async () => {
    const page = () => new Response('<!doctype html><title>Sign in</title>');
    const { cache, kept } = memoryCache();
    const unknown = { cache, sha256: undefined };
    await expect(get(network(page).fetch, unknown)).rejects.toThrow(tagged('invalid-model', 'a web page'));
    await expect(get(network(whole({}, 300)).fetch, unknown)).rejects.toThrow(
      tagged('invalid-model', 'cut off'),
    );
    expect(kept.size).toBe(0);
    // As an earlier version left it: with the page's own digest.
    const text = await page().text();
    const digest = createHash('sha256').update(text).digest('hex');
    kept.set(url, new Response(text, { headers: { 'x-clickseg-sha256': digest } }));
    const { fetch, asked } = network(whole());
    expect((await get(fetch, unknown)).data).toEqual(model);
    expect((await get(fetch, unknown)).data).toEqual(model);
    expect(asked).toHaveLength(1);
  });

  it('that throws, or answers nothing, is no error', async () => {
    const thrown = () => {
      throw new Error('no storage');
    };
    const nothing = () => undefined as never;
    for (const fault of [thrown, nothing]) {
      for (const change of [{ put: fault }, { match: async () => new Response('<html>'), delete: fault }]) {
        const { data } = await get(network(whole()).fetch, { cache: memoryCache(change).cache });
        expect(data).toEqual(model);
      }
    }
    const empty = { match: async () => null as never };
    expect((await get(network(whole()).fetch, { cache: memoryCache(empty).cache })).data).toEqual(model);
  });

  it('that is full, or broken, is no error', async () => {
    const full = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    for (const change of [{ put: full }, { match: full, put: full, delete: full }]) {
      const { data } = await get(network(whole()).fetch, { cache: memoryCache(change).cache });
      expect(data).toEqual(model);
    }
  });
});

it.each([
  [{ retries: -1 }],
  [{ retries: 0.5 }],
  [{ backoff: Number.NaN }],
  [{ backoff: '5' as never }],
  [{ timeout: 0 }],
  [{ timeout: '5' as never }],
  [{ sha256: 'abc' }],
  [{ onProgress: 5 as never }],
  [{ signal: {} as never }],
  [{ sha256: 5 as never }],
  [{ sha256: null as never }],
])('refuses %o before it asks for anything', async (options) => {
  const { fetch, asked } = network(whole());
  await expect(get(fetch, options)).rejects.toThrow(tagged('invalid-option'));
  expect(asked).toHaveLength(0);
});

it.each(['', 'no address', 'http://', 'https://user:word@models.example.org/ct.onnx', 5 as never])(
  'refuses the address %o at once, which no further attempt would mend',
  async (address) => {
    const { fetch, asked } = network(whole());
    const options = { fetch, cache: null, backoff: 60_000 };
    const error = await fetchModel(address, options).catch((reason: unknown) => reason);
    expect(error).toEqual(tagged('invalid-option'));
    expect(String(error)).not.toContain('word');
    expect(asked).toHaveLength(0);
  },
);

afterEach(() => void vi.unstubAllGlobals());

it('checks the digest over plain http too, where there is no crypto.subtle', async () => {
  vi.stubGlobal('crypto', {});
  expect((await get(network(whole()).fetch)).data).toEqual(model);
  const wrong = get(network(whole()).fetch, { sha256: '0'.repeat(64) });
  await expect(wrong).rejects.toThrow(tagged('invalid-model', 'SHA-256'));
});

it('refuses options that are no object', async () => {
  await expect(fetchModel(url, null as never)).rejects.toThrow(tagged('invalid-option', 'null'));
});

it('lets what the caller throws while it is told how far it is pass as it is, and at once', async () => {
  const mine = new Error('mine');
  const { fetch, asked } = network(whole());
  const onProgress = () => {
    throw mine;
  };
  await expect(get(fetch, { onProgress, backoff: 60_000 })).rejects.toBe(mine);
  expect(asked).toHaveLength(1);
});

it('exports the defaults that it has', () => {
  expect(FETCH_MODEL_DEFAULTS).toEqual({ retries: 4, backoff: 250, timeout: 30_000 });
});
