import { LONGEST_TIMER } from '../timer.ts';
import { RemoteFault } from './fault.ts';
import type { RemoteSettings } from './options.ts';

/** One request, ready to be sent any number of times. */
export interface RemoteRequest {
  readonly method: 'GET' | 'POST';
  /** From the server's address on. */
  readonly path: string;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, read to its end. */
export interface RemoteAnswer {
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Sends a request once and reads the whole answer.
 *
 * @throws RemoteFault for no answer, a late one, a torn one, or an HTTP error; the signal's reason when aborted;
 * ClicksegError `invalid-option` for a token that is none, and what the caller's `token` throws
 */
export async function attempt(
  settings: RemoteSettings,
  request: RemoteRequest,
  signal?: AbortSignal,
): Promise<RemoteAnswer> {
  signal?.throwIfAborted();
  let token: string | undefined;
  let refusal: { readonly reason: unknown } | undefined;
  const stop = new AbortController();
  let late = false;
  const expire = () => {
    late = true;
    stop.abort();
  };
  const timer =
    settings.timeout <= LONGEST_TIMER ? settings.clock.setTimeout(expire, settings.timeout) : undefined;
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort);
  // A `token` or a `fetch` of the caller's may not heed a signal; the wait ends all the same.
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(new Error('stopped')));
  });
  const sent = async () => {
    try {
      token = await settings.token();
    } catch (reason) {
      refusal = { reason };
      throw reason;
    }
    stop.signal.throwIfAborted();
    return exchange(settings, request, token, stop.signal);
  };
  try {
    const { response, bytes } = await Promise.race([sent(), stopped]);
    if (!response.ok) throw statusFault(response, bytes, token);
    return { headers: response.headers, bytes };
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof RemoteFault) throw cause;
    if (refusal) throw refusal.reason;
    if (late) throw new RemoteFault('timeout', `no answer within ${settings.timeout} ms`);
    throw new RemoteFault('network', redact(networkReason(cause), token), { cause });
  } finally {
    settings.clock.clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

async function exchange(
  settings: RemoteSettings,
  { method, path, body, headers }: RemoteRequest,
  token: string | undefined,
  signal: AbortSignal,
): Promise<{ response: Response; bytes: Uint8Array<ArrayBuffer> }> {
  const response = await settings.fetch(settings.base + path, {
    method,
    body,
    signal,
    // An image is not to be carried to a place that the caller did not name.
    redirect: 'error',
    cache: 'no-store',
    headers: {
      // Browsers set this one themselves; elsewhere it spares the server a compression nobody asked for.
      'accept-encoding': settings.gzip ? 'gzip' : 'identity',
      ...settings.headers,
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
}

function statusFault(response: Response, bytes: Uint8Array, token: string | undefined): RemoteFault {
  const { status, statusText, headers } = response;
  const said = errorText(bytes);
  const text = `${status}${statusText === '' ? '' : ` ${statusText}`}${said === '' ? '' : `: ${said}`}`;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfter = seconds >= 0 ? seconds * 1000 : undefined;
  return new RemoteFault('status', redact(text, token), { status, retryAfter });
}

/** What a server says of its error: the protocol's `error`, other servers' words for it, or the text itself. */
function errorText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096)).trim();
  if (text.startsWith('<')) return 'a web page, not the protocol; is the address right?';
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    const said = json?.['error'] ?? json?.['detail'] ?? json?.['message'];
    if (said !== undefined) return shorten(typeof said === 'string' ? said : JSON.stringify(said));
  } catch {
    // Not JSON: shown as it is.
  }
  return shorten(text);
}

function networkReason(error: unknown): string {
  // Node's fetch says only "fetch failed" and keeps what happened in a cause, or in a list of causes.
  const cause = (error as { cause?: { message?: string; code?: string } })?.cause;
  return cause?.message || cause?.code || (error instanceof Error ? error.message : String(error));
}

// A server, or a proxy before it, may repeat what it was sent.
function redact(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '[token]');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}
