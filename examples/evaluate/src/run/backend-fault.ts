import { isClicksegError } from '@clickseg/raster';
import { RemoteFault } from '@clickseg/runtime/remote';

// What a server says of a request that it has read: it would say so again. Triton answers 500 where a run fails.
const OF_THE_REQUEST = [400, 413, 415, 422, 500];

/**
 * Whether a prediction failed for the backend's sake: a server that is away or refuses, a session that died. The same
 * structure may well be answered later. A network that answers NaN, and a server that refuses one request, speak of the
 * image instead.
 */
export function isBackendFault(error: unknown): boolean {
  if (!isClicksegError(error, 'backend-failed') || error.cause === undefined) return false;
  const { cause } = error;
  const ofTheRequest = cause instanceof RemoteFault && OF_THE_REQUEST.includes(cause.status ?? 0);
  return !ofTheRequest;
}

/** A failure in words without the server's address: the same wherever that stands. */
export const withoutAddress = (error: Error): string =>
  error.cause instanceof RemoteFault ? `remote: ${error.cause.message}` : error.message;
