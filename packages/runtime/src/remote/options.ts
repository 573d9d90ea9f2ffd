import { ClicksegError, checkOptions as checkObject, describe, withDefaults } from '@clickseg/raster';

/** Where time comes from, so that tests need not wait. */
export interface RemoteClock {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** A model on a server that speaks the Open Inference Protocol v2. */
export interface RemoteOptions {
  /** The server's address, `http:` or `https:`; what comes before `/v2` in its paths. */
  readonly url: string | URL;
  /** The model's name on the server. */
  readonly model: string;
  /** One version of it. Without one the server chooses, and a session ends when it chooses another. */
  readonly version?: string;
  /** Sent as `Authorization: Bearer`; a function is asked before every request. Stands in no error message. */
  readonly token?: string | (() => string | Promise<string>);
  /** Further headers of every request, such as a gateway's. */
  readonly headers?: Readonly<Record<string, string>>;
  /** ms that one attempt may take, from sending to the last byte of the answer; default 10,000. Infinity for no limit. */
  readonly timeout?: number;
  /** Attempts after the first, where no answer came, it was torn, or it was 408, 429, 502, 503 or 504; default 2. */
  readonly retries?: number;
  /** ms before the second attempt at most; doubles with each further one. Default 200. */
  readonly retryDelay?: number;
  /** ms before any attempt at most, also where the server asks for more; default 5,000. */
  readonly maxRetryDelay?: number;
  /** Compresses requests, and lets the server compress answers; default false. */
  readonly gzip?: boolean;
  /** What the model's tensors must be on the wire; without it, what the server says of each. */
  readonly precision?: 'fp32' | 'fp16';
  /** Default the platform's; give your own for cookies, proxies or client certificates. */
  readonly fetch?: typeof globalThis.fetch;
  /** Default the platform's timers. */
  readonly clock?: RemoteClock;
  /** In [0, 1), for the jitter of the delays; default `Math.random`. */
  readonly random?: () => number;
}

/** Defaults of {@link RemoteOptions}. */
export const REMOTE_DEFAULTS = {
  timeout: 10_000,
  retries: 2,
  retryDelay: 200,
  maxRetryDelay: 5_000,
  gzip: false,
} as const;

/** Checked options, with nothing left open. */
export interface RemoteSettings {
  /** Without a slash at its end. */
  readonly base: string;
  /** `/v2/models/NAME[/versions/VERSION]` */
  readonly path: string;
  readonly model: string;
  readonly token: () => string | undefined | Promise<string | undefined>;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly retries: number;
  readonly retryDelay: number;
  readonly maxRetryDelay: number;
  readonly gzip: boolean;
  readonly precision: 'fp32' | 'fp16' | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: RemoteClock;
  readonly random: () => number;
}

// Called as methods of their object: browsers' own refuse to be called as methods of anything else.
const platformClock: RemoteClock = {
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer as ReturnType<typeof globalThis.setTimeout>),
};

/** @throws ClicksegError `invalid-option` */
export function checkOptions(options: RemoteOptions): RemoteSettings {
  const { model, version, token, headers = {}, precision } = checkObject(options, 'remote');
  const given = withDefaults(REMOTE_DEFAULTS, options);
  if (typeof model !== 'string' || model === '') refuse('model', model, 'is not a name');
  if (version !== undefined && (typeof version !== 'string' || version === '')) {
    refuse('version', version, "is not a version's name");
  }
  if (precision !== undefined && precision !== 'fp32' && precision !== 'fp16') {
    refuse('precision', precision, "is not 'fp32' or 'fp16'");
  }
  if (given.timeout !== Number.POSITIVE_INFINITY) checkNumber('timeout', given.timeout, given.timeout > 0);
  checkNumber('retries', given.retries, Number.isSafeInteger(given.retries) && given.retries >= 0);
  checkNumber('retryDelay', given.retryDelay, given.retryDelay >= 0);
  checkNumber('maxRetryDelay', given.maxRetryDelay, given.maxRetryDelay >= 0);
  if (given.gzip && typeof globalThis.CompressionStream !== 'function') {
    refuse('gzip', true, 'needs CompressionStream, which this platform lacks');
  }
  if (typeof token === 'string') checkToken(token);
  checkHeaders(headers);
  const versions = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`;
  return {
    base: checkUrl(options.url),
    path: `/v2/models/${encodeURIComponent(model)}${versions}`,
    model,
    token: async () => {
      const now = typeof token === 'function' ? await token() : token;
      if (now !== undefined) checkToken(now);
      return now;
    },
    headers,
    timeout: given.timeout,
    retries: given.retries,
    retryDelay: given.retryDelay,
    maxRetryDelay: given.maxRetryDelay,
    gzip: given.gzip,
    precision,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock: options.clock ?? platformClock,
    random: options.random ?? Math.random,
  };
}

function checkUrl(given: string | URL): string {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    return refuse('url', given, 'is no address');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('url', given, 'is not http: or https:');
  // Not shown: fetch refuses such an address, and its error would carry the password.
  if (url.username !== '' || url.password !== '') refuse('url', url.origin, 'holds a password; give token');
  if (url.search !== '' || url.hash !== '') refuse('url', url.origin, 'has a query or a fragment');
  return url.href.replace(/\/+$/, '');
}

// Checked here without showing it: the platform's own error for a bad header quotes the value.
function checkToken(token: string): void {
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return;
  const what =
    typeof token === 'string' ? 'is empty, or has spaces or other letters than ASCII' : 'is no string';
  throw new ClicksegError('invalid-option', `remote: token ${what}`);
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  if (typeof headers !== 'object' || headers === null)
    refuse('headers', headers, 'is no object of names and values');
  // Headers, maps and lists have no entries of their own under the names; what they hold may be secret.
  if (Symbol.iterator in headers) {
    const why = `headers: ${headers.constructor?.name} is no object of names and values; see Object.fromEntries`;
    throw new ClicksegError('invalid-option', `remote: ${why}`);
  }
  for (const [name, value] of Object.entries(headers)) {
    try {
      new Headers([[name, value]]);
    } catch {
      throw new ClicksegError(
        'invalid-option',
        `remote: headers: ${describe(name)} is no header, or its value none`,
      );
    }
  }
}

function checkNumber(name: string, value: unknown, right: boolean): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || !right) refuse(name, value, 'is out of range');
}

function refuse(name: string, value: unknown, why: string): never {
  const shown =
    value instanceof URL ? value.href : typeof value === 'string' ? `'${value}'` : describe(value);
  throw new ClicksegError('invalid-option', `remote: ${name} ${shown} ${why}`);
}
