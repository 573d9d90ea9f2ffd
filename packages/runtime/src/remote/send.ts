import { ClicksegError, isClicksegError } from '@clickseg/raster';
import { LONGEST_TIMER } from '../timer.ts';
import { attempt, type RemoteAnswer, type RemoteRequest } from './attempt.ts';
import { RemoteFault } from './fault.ts';
import type { RemoteSettings } from './options.ts';
import type { Redact } from './redact.ts';

// Answers of a server that is busy, restarting, or behind a proxy that cannot reach it. Not 500: Triton says that
// of a run that failed, and it would fail again.
const PASSING = [408, 429, 502, 503, 504];

/**
 * Sends a request, again after a while where that may help. Every request of the protocol can be repeated: asking
 * for a description or a prediction changes nothing on the server.
 *
 * @throws ClicksegError `backend-failed`, its cause a {@link RemoteFault}; the signal's reason when aborted
 */
export async function send(
  settings: RemoteSettings,
  request: RemoteRequest,
  signal?: AbortSignal,
): Promise<RemoteAnswer> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(settings, request, signal);
    } catch (error) {
      if (!(error instanceof RemoteFault)) throw error;
      if (tries > settings.retries || !mayPass(error)) throw failed(settings, request, error, tries);
      await pause(settings, delay(settings, tries, error.retryAfter), signal);
    }
  }
}

/** The error for a fault of a server, with the address it was asked at. */
export function failed(
  { base }: RemoteSettings,
  { method, path }: RemoteRequest,
  fault: RemoteFault,
  tries = 1,
): ClicksegError {
  const times = tries > 1 ? ` (${tries} attempts)` : '';
  const message = `remote: ${method} ${base}${path}: ${fault.message}${times}`;
  return new ClicksegError('backend-failed', message, { cause: fault });
}

/** What to throw where an answer could not be used: with the address, and without the token that the answer may repeat. */
export function misread(
  settings: RemoteSettings,
  request: RemoteRequest,
  error: unknown,
  redact: Redact,
): unknown {
  if (error instanceof RemoteFault) {
    return failed(settings, request, new RemoteFault(error.kind, redact(error.message)));
  }
  // Not with its cause, which may show a piece of it.
  return isClicksegError(error) ? new ClicksegError(error.code, redact(error.message)) : error;
}

function mayPass({ kind, status }: RemoteFault): boolean {
  return kind === 'network' || kind === 'timeout' || (status !== undefined && PASSING.includes(status));
}

// "Full jitter": many clients that lost a server at one moment must not come back at one moment.
function delay(settings: RemoteSettings, tries: number, retryAfter = 0): number {
  const longest = Math.min(settings.maxRetryDelay, settings.retryDelay * 2 ** (tries - 1));
  return Math.min(settings.maxRetryDelay, LONGEST_TIMER, Math.max(retryAfter, settings.random() * longest));
}

function pause({ clock }: RemoteSettings, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clock.clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
