import { ClicksegError } from '@clickseg/raster';
import { LONGEST_TIMER } from '../timer.ts';
import { type Watchdog, watchdog } from './watchdog.ts';

/** How bytes are downloaded. */
export interface DownloadOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly retries: number;
  readonly backoff: number;
  /** ms without a byte after which an attempt counts as broken off. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  onProgress(loaded: number, total: number | undefined): void;
}

// What came so far, and what the server must still have for the rest to fit it.
interface Partial {
  readonly chunks: Uint8Array[];
  loaded: number;
  total: number | undefined;
  /** What the server calls this version of it. */
  tag: string | null;
  date: string | null;
}

// Asked again, these may answer otherwise.
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Downloads an address; after a break it asks only for the rest, if the file is still the same one. */
export async function download(url: string, options: DownloadOptions): Promise<Uint8Array> {
  const { retries, backoff, signal } = options;
  const file: Partial = { chunks: [], loaded: 0, total: undefined, tag: null, date: null };
  for (let attempt = 0; ; attempt++) {
    const fault = await once(url, file, options);
    if (fault === undefined) return joined(file);
    signal?.throwIfAborted();
    if (!fault.passing || attempt >= retries) {
      const tries = attempt > 0 ? ` after ${attempt + 1} attempts` : '';
      const why = `${url}: ${fault.why}, ${file.loaded} of ${file.total ?? '?'} bytes${tries}`;
      throw new ClicksegError('download-failed', why, { cause: fault.cause });
    }
    await pause(Math.min(LONGEST_TIMER, backoff * 2 ** attempt), signal);
  }
}

interface Fault {
  readonly why: string;
  readonly passing: boolean;
  readonly cause?: unknown;
}

async function once(url: string, file: Partial, options: DownloadOptions): Promise<Fault | undefined> {
  const { signal } = options;
  const watch = watchdog(options.timeout, signal);
  let thrown: { readonly reason: unknown } | undefined;
  const onProgress: DownloadOptions['onProgress'] = (...how) => {
    try {
      options.onProgress(...how);
    } catch (reason) {
      thrown = { reason };
      throw reason;
    }
  };
  try {
    return await attempt(url, file, { ...options, onProgress }, watch);
  } catch (cause) {
    // The caller's own fault, which no further attempt would mend.
    if (thrown) throw thrown.reason;
    if (signal?.aborted) throw signal.reason;
    if (watch.starved()) return { why: `no byte came for ${options.timeout} ms`, passing: true };
    return { why: cause instanceof Error ? cause.message : String(cause), passing: true, cause };
  } finally {
    watch.end();
  }
}

async function attempt(
  url: string,
  file: Partial,
  { fetch, onProgress }: DownloadOptions,
  watch: Watchdog,
): Promise<Fault | undefined> {
  const version = file.loaded > 0 ? versionOf(file) : null;
  if (version === null) restart(file);
  const headers: Record<string, string> =
    version === null ? {} : { range: `bytes=${file.loaded}-`, 'if-range': version };
  const response = await watch.over(fetch(url, { headers, signal: watch.signal }));
  if (response.status !== 206) {
    if (!response.ok) {
      await response.body?.cancel();
      return {
        why: `answered ${response.status} ${response.statusText}`.trim(),
        passing: PASSING.has(response.status),
      };
    }
    restart(file);
    begin(file, response.headers);
  } else if (!continues(file, response.headers)) {
    restart(file);
    await response.body?.cancel();
    return {
      why: 'answered with another part, or a part of another file, than was asked for',
      passing: true,
    };
  } else {
    file.total ??= contentRange(response.headers).total;
  }
  onProgress(file.loaded, file.total);
  const reader = response.body?.getReader();
  for (;;) {
    const part = await watch.over(reader?.read());
    if (part === undefined || part.done) break;
    file.chunks.push(part.value);
    file.loaded += part.value.length;
    onProgress(file.loaded, file.total);
  }
  if (file.total === undefined || file.loaded === file.total) return undefined;
  if (file.loaded < file.total) return { why: 'broke off', passing: true };
  // Of a whole file that is compressed on the way unseen, the length says nothing; of a part it does.
  if (response.status !== 206) return undefined;
  restart(file);
  return { why: 'sent more than the rest', passing: true };
}

function begin(file: Partial, headers: Headers): void {
  // A compressed body's length and ranges are those of the compressed bytes, which are not seen here.
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return;
  const length = Number(headers.get('content-length') ?? Number.NaN);
  file.total = Number.isSafeInteger(length) ? length : undefined;
  file.tag = headers.get('etag');
  file.date = headers.get('last-modified');
}

/** If-Range takes strong tags and dates only. */
function versionOf({ tag, date }: Partial): string | null {
  return tag !== null && !tag.startsWith('W/') ? tag : date;
}

/** Whether what comes is the rest of what is there. Some servers do not heed If-Range, and send the rest of a new file. */
function continues(file: Partial, headers: Headers): boolean {
  const { from, total } = contentRange(headers);
  const isAsLong = total === undefined || file.total === undefined || total === file.total;
  // A part must carry the tag that the whole would (RFC 9110, 15.3.7), but need not carry the date.
  const isSame =
    headers.get('etag') === file.tag && (headers.get('last-modified') ?? file.date) === file.date;
  return from === file.loaded && isAsLong && isSame;
}

/** Where a part begins and how long the whole is, as far as it is told. */
function contentRange(headers: Headers): { from: number | undefined; total: number | undefined } {
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+)?/.exec(headers.get('content-range') ?? '') ?? [];
  const number = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));
  return { from: number(from), total: number(total) };
}

function restart(file: Partial): void {
  file.chunks.length = 0;
  file.loaded = 0;
  file.total = undefined;
  file.tag = null;
  file.date = null;
}

function joined({ chunks, loaded }: Partial): Uint8Array {
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
