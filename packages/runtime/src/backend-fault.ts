import { ClicksegError, describe, isClicksegError } from '@clickseg/raster';

/**
 * What to throw where a backend has failed: the signal's reason when aborted, a tagged error as it is, and whatever else
 * it threw, which may be anything at all, as `backend-failed`.
 */
export function backendFault(what: string, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (isClicksegError(cause)) return cause;
  const why = (cause as Error | undefined)?.message ?? describe(cause);
  return new ClicksegError('backend-failed', `${what}: ${why}`, { cause });
}
