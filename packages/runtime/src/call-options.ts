import { ClicksegError, checkOptions, describe } from '@clickseg/raster';

/**
 * Refuses options that are no object, and a signal or an `onProgress` among them that is none: what heeds it would fail
 * later, without a tag.
 *
 * @param what - whose they are, for the message
 * @throws ClicksegError `invalid-option`
 */
export function callOptions<O extends { readonly signal?: AbortSignal; readonly onProgress?: unknown }>(
  options: O,
  what: string,
): O {
  const { signal, onProgress } = checkOptions(options, what);
  const check = (given: unknown, needed: unknown, name: string) => {
    if (given == null || typeof needed === 'function') return;
    throw new ClicksegError('invalid-option', `${what}: ${describe(given)} is no ${name}`);
  };
  check(signal, signal?.throwIfAborted, 'signal');
  check(onProgress, onProgress, 'onProgress');
  return options;
}
