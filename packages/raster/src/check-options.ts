import { ClicksegError } from './errors.ts';
import { describe } from './raster.ts';

/**
 * Refuses options that are no object. A word where `{ strategy: word }` was meant, `null` or a list would otherwise mean the
 * defaults without a word.
 *
 * @param what - whose they are, for the message
 * @throws ClicksegError `invalid-option`
 */
export function checkOptions<O extends object>(options: O, what: string): O {
  const isObject = typeof options === 'object' && options !== null;
  if (isObject && !Array.isArray(options) && !ArrayBuffer.isView(options)) return options;
  throw new ClicksegError('invalid-option', `${what}: options must be an object, got ${describe(options)}`);
}
