import { ClicksegError, checkOptions, describe } from '@clickseg/raster';

/**
 * Refuses options that are no object, and a signal among them that is none: what heeds it would fail later, without a tag.
 *
 * @param what - whose they are, for the message
 * @throws ClicksegError `invalid-option`
 */
export function callOptions<O extends { readonly signal?: AbortSignal }>(options: O, what: string): O {
  const { signal } = checkOptions(options, what);
  if (signal != null && typeof signal.throwIfAborted !== 'function') {
    throw new ClicksegError('invalid-option', `${what}: signal ${describe(signal)} is no AbortSignal`);
  }
  return options;
}
