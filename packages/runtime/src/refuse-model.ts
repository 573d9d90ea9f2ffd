import { ClicksegError } from '@clickseg/raster';

/**
 * Refuses a model, in one place: nine parts of the core say so, and the core is to stay small.
 * @throws ClicksegError `invalid-model`
 */
export function refuseModel(why: string, cause?: unknown): never {
  throw new ClicksegError('invalid-model', `model: ${why}`, cause === undefined ? undefined : { cause });
}
