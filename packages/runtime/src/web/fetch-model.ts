import { ClicksegError, describe, isClicksegError, withDefaults } from '@clickseg/raster';
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
  /** Pause before the first retry, doubled for each further one, ms. Default 250. */
  readonly backoff?: number;
  /** ms without a byte after which an attempt counts as broken off. Default 30,000. */
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
 * `download-failed` with the status or the network's fault once the retries are used up; `invalid-option`; the
 * signal's reason when aborted
 */
export async function fetchModel(url: string | URL, options: FetchModelOptions = {}): Promise<ModelSource> {
  const settings = withDefaults(FETCH_MODEL_DEFAULTS, options);
  const { sha256: digest, retries, backoff, timeout, signal, onProgress } = settings;
  const refuse = (what: string) => new ClicksegError('invalid-option', `fetchModel: ${what}`);
  if (typeof url !== 'string' && !(url instanceof URL)) throw refuse(`${describe(url)} is no address`);
  if (!Number.isSafeInteger(retries) || retries < 0) throw refuse(`retries ${describe(retries)} is no count`);
  if (!(backoff >= 0)) throw refuse(`backoff ${describe(backoff)} is no time in ms`);
  if (!(timeout > 0)) throw refuse(`timeout ${describe(timeout)} is no time in ms`);
  signal?.throwIfAborted();
  const address = String(url);
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
  if (digest !== undefined) await checkSha256(data, digest);
  // A sign-in page that is answered with 200 would stay in the cache for ever.
  else readModel(data);
  // Storage may be full or forbidden; the model is here all the same.
  await cache?.put(address, await entry(data, digest)).catch(() => undefined);
  return { data, sha256: digest };
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
    if (hit === undefined) return undefined;
    const bytes = new Uint8Array(await hit.arrayBuffer());
    const digest = given ?? hit.headers.get(DIGEST) ?? undefined;
    if (digest !== undefined) await checkSha256(bytes, digest);
    if (given === undefined) readModel(bytes);
    return bytes;
  } catch (error) {
    if (isClicksegError(error, 'invalid-option')) throw error;
    // Harmed, or of another version: fetched anew.
    await cache.delete(address).catch(() => undefined);
    return undefined;
  }
}
