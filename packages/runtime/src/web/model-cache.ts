/** Where downloaded models are kept; the browser's own `Cache` is one. */
export interface ModelCache {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<unknown>;
}

/**
 * The browser's Cache API under one name, or `undefined` where there is none: on plain http pages, in private
 * windows of some browsers, or where the user forbids storage. A model is then downloaded each time.
 */
export async function openModelCache(name = 'clickseg-models'): Promise<ModelCache | undefined> {
  try {
    return await globalThis.caches?.open(name);
  } catch {
    return undefined;
  }
}
