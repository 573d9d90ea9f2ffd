import { ClicksegError, describe, isClicksegError, withDefaults } from '@clickseg/raster';
import { checkDigest } from '../bytes.ts';
import { callOptions } from '../call-options.ts';
import type { ModelSource } from '../load-network.ts';
import { readModel } from '../onnx/read-model.ts';
import { checkSha256, sha256 } from '../sha256.ts';
import { download } from './download.ts';
import { type ModelCache, openModelCache } from './model-cache.ts';

/** How far a model's bytes have come. */
export interface ModelBytes {
  readonly loaded: number;
  /** `undefined` where the server does not say. */
  readonly total: number | undefined;
  readonly from: 'network' | 'cache';
}

/** How a model is fetched. */
export interface FetchModelOptions {
  /**
   * 64 hex digits that the bytes must have; checked on every hit of the cache too. Without them the bytes must be an
   * ONNX model, and a hit what was put there; but a newer file at the same address goes unnoticed.
   */
  readonly sha256?: string;
  /** Default: {@link openModelCache}'s; `null` for none. */
  readonly cache?: ModelCache | null;
  /** How often a download that breaks off is taken up again. Default 4. */
  readonly retries?: number;
  /** Pause before the first retry, doubled for each further one up to 24 days, ms. Default 250. */
  readonly backoff?: number;
  /** ms without a byte after which an attempt counts as broken off. Default 30,000; Infinity waits for ever. */
  readonly timeout?: number;
  readonly onProgress?: (bytes: ModelBytes) => void;
  readonly signal?: AbortSignal;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Defaults of {@link FetchModelOptions}. */
export const FETCH_MODEL_DEFAULTS = { retries: 4, backoff: 250, timeout: 30_000 } as const;

const DIGEST = 'x-clickseg-sha256';

/**
 * Fetches a model for `createSegmenter`, from the cache where it lies there unharmed. A download that breaks off is
 * resumed where the server allows ranges, else begun again. A cache that is full or refuses is no error.
 *
 * @throws ClicksegError `invalid-model` where the bytes have another digest or, without one, are no ONNX model;
 * `download-failed` with the status or the network's fault once the retries are used up; `invalid-option`, before anything
 * is asked for; the signal's reason when aborted; what `onProgress` throws
 */
export async function fetchModel(url: string | URL, options: FetchModelOptions = {}): Promise<ModelSource> {
  const settings = withDefaults(FETCH_MODEL_DEFAULTS, callOptions(options, 'fetchModel'));
  const { sha256: digest, retries, backoff, timeout, signal, onProgress } = settings;
  const refuse = (what: string) => new ClicksegError('invalid-option', `fetchModel: ${what}`);
  if (typeof url !== 'string' && !(url instanceof URL)) throw refuse(`${describe(url)} is no address`);
  if (!Number.isSafeInteger(retries) || retries < 0) throw refuse(`retries ${describe(retries)} is no count`);
  if (typeof backoff !== 'number' || !(backoff >= 0)) {
    throw refuse(`backoff ${describe(backoff)} is no time in ms`);
  }
  if (typeof timeout !== 'number' || !(timeout > 0)) {
    throw refuse(`timeout ${describe(timeout)} is no time in ms`);
  }
  if (settings.fetch !== undefined && typeof settings.fetch !== 'function') {
    throw refuse(`fetch ${describe(settings.fetch)} is no function`);
  }
  // Before anything is downloaded that could not be checked.
  if (digest !== undefined) checkDigest(digest);
  const address = String(url);
  checkAddress(address, refuse);
  signal?.throwIfAborted();
  const cache = options.cache === undefined ? await openModelCache() : options.cache;
  const kept = cache ? await fromCache(cache, address, digest) : undefined;
  if (kept) {
    onProgress?.({ loaded: kept.length, total: kept.length, from: 'cache' });
    return { data: kept, sha256: digest };
  }
  const data = await download(address, {
    ...settings,
    fetch: settings.fetch ?? globalThis.fetch.bind(globalThis),
    onProgress: (loaded, total) => onProgress?.({ loaded, total, from: 'network' }),
  });
  if (digest !== undefined) {
    await checkSha256(data, digest).catch((fault: unknown) => {
      // "<": a development server answers with its start page where it has no such file, which says more than a digest.
      if (data[0] === 0x3c) readModel(data);
      throw fault;
    });
  } else {
    // A sign-in page that is answered with 200 would stay in the cache for ever.
    readModel(data);
  }
  // Storage may be full or forbidden; the model is here all the same.
  await quietly(async () => cache?.put(address, await entry(data, digest)));
  return { data, sha256: digest };
}

/** Refuses what `fetch` would: it says of an address that it cannot read what it says of a network that is gone. */
function checkAddress(address: string, refuse: (what: string) => ClicksegError): void {
  try {
    new Request(address);
  } catch {
    // A password in it is refused too, and is not shown.
    throw refuse(`${describe(address.replace(/\/\/[^/]*@/, '//...@'))} is no address that can be fetched`);
  }
}

/** Does what may fail in any way, of a cache that is the caller's own. */
async function quietly(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // A model that is not kept is downloaded again.
  }
}

// With the digest that it had when it was put there, so that harm is seen where the caller knows none.
async function entry(data: Uint8Array, digest: string | undefined): Promise<Response> {
  const own = digest ?? (await sha256(data).catch(() => undefined));
  const headers = { 'content-type': 'application/octet-stream', ...(own ? { [DIGEST]: own } : {}) };
  return new Response(data.slice(), { headers });
}

async function fromCache(
  cache: ModelCache,
  address: string,
  given?: string,
): Promise<Uint8Array | undefined> {
  try {
    const hit = await cache.match(address);
    if (!hit) return undefined;
    const bytes = new Uint8Array(await hit.arrayBuffer());
    const digest = given ?? hit.headers.get(DIGEST) ?? undefined;
    if (digest !== undefined) await checkSha256(bytes, digest);
    if (given === undefined) readModel(bytes);
    return bytes;
  } catch (error) {
    if (isClicksegError(error, 'invalid-option')) throw error;
    // Harmed, or of another version: fetched anew.
    await quietly(() => cache.delete(address));
    return undefined;
  }
}
