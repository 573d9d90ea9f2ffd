import { LONGEST_TIMER } from '../timer.ts';
import { RemoteFault } from './fault.ts';
import type { RemoteSettings } from './options.ts';
import { readBody } from './read-body.ts';
import { createRedact, type Redact, shows } from './redact.ts';

/** One request, ready to be sent any number of times. */
export interface RemoteRequest {
  readonly method: 'GET' | 'POST';
  /** From the server's address on. */
  readonly path: string;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes that the answer may have, once decompressed. */
  readonly limit: number;
}

/** An answer, read to its end. */
export interface RemoteAnswer {
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Takes the token that the request carried out of what is shown of the answer. */
  readonly redact: Redact;
}

// Of an error's text no more is shown.
const ERROR_LIMIT = 64 * 2 ** 10;

/**
 * Sends a request once and reads the whole answer.
 *
 * @throws RemoteFault for no answer, a late one, a torn one, one that is too long, or an HTTP error; the signal's reason when aborted;
 * ClicksegError `invalid-option` for a token that is none, and what the caller's `token` throws
 */
export async function attempt(
  settings: RemoteSettings,
  request: RemoteRequest,
  signal?: AbortSignal,
): Promise<RemoteAnswer> {
  signal?.throwIfAborted();
  let redact = createRedact(undefined);
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
    let token: string | undefined;
    try {
      token = await settings.token();
      redact = createRedact(token);
    } catch (reason) {
      refusal = { reason };
      throw reason;
    }
    stop.signal.throwIfAborted();
    return exchange(settings, request, token, stop.signal);
  };
  try {
    const { response, bytes } = await Promise.race([sent(), stopped]);
    if (!response.ok) throw statusFault(response, bytes, redact);
    return { headers: response.headers, bytes, redact };
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof RemoteFault) throw cause;
    if (refusal) throw refusal.reason;
    if (late) throw new RemoteFault('timeout', `no answer within ${settings.timeout} ms`);
    // An error that shows the token is not handed on.
    throw new RemoteFault('network', redact(networkReason(cause)), shows(cause, redact) ? {} : { cause });
  } finally {
    settings.clock.clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

async function exchange(
  settings: RemoteSettings,
  { method, path, body, headers, limit }: RemoteRequest,
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
    headers: headersOf(settings, headers, token),
  });
  const { bytes, whole } = await readBody(response, response.ok ? limit : ERROR_LIMIT);
  if (response.ok && !whole) throw new RemoteFault('answer', `the answer is longer than ${limit} bytes`);
  return { response, bytes };
}

/** The request's own in place of the caller's, in whatever case either writes them: fetch would join the two. */
function headersOf(
  settings: RemoteSettings,
  own: RemoteRequest['headers'],
  token: string | undefined,
): Headers {
  // Browsers set this one themselves; elsewhere it spares the server a compression nobody asked for.
  const all = new Headers({ 'accept-encoding': settings.gzip ? 'gzip' : 'identity' });
  for (const some of [settings.headers, own ?? {}]) {
    for (const [name, value] of Object.entries(some)) all.set(name, value);
  }
  if (token !== undefined) all.set('authorization', `Bearer ${token}`);
  return all;
}

/** Of the header in either form, seconds or a date. */
function millisecondsUntil(retryAfter: string): number | undefined {
  const ms = /^\s*\d/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function statusFault(response: Response, bytes: Uint8Array, redact: Redact): RemoteFault {
  const { status, statusText, headers } = response;
  const said = errorText(bytes, redact);
  const text = `${status}${statusText === '' ? '' : ` ${redact(statusText)}`}${said === '' ? '' : `: ${said}`}`;
  const retryAfter = millisecondsUntil(headers.get('retry-after') ?? '');
  return new RemoteFault('status', text, { status, retryAfter });
}

/** What a server says of its error: the protocol's `error`, other servers' words for it, or the text itself. */
function errorText(bytes: Uint8Array, redact: Redact): string {
  const text = new TextDecoder().decode(bytes).trim();
  if (text.startsWith('<')) return 'a web page, not the protocol; is the address right?';
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    const said = json?.['error'] ?? json?.['detail'] ?? json?.['message'];
    if (said !== undefined) return shorten(redact(typeof said === 'string' ? said : JSON.stringify(said)));
  } catch {
    // Not JSON: shown as it is.
  }
  return shorten(redact(text));
}

function networkReason(error: unknown): string {
  // Node's fetch says only "fetch failed" and keeps what happened in a cause, or in a list of causes.
  const cause = (error as { cause?: { message?: string; code?: string } })?.cause;
  return cause?.message || cause?.code || (error instanceof Error ? error.message : String(error));
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}
