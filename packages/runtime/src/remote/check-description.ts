import { ClicksegError } from '@clickseg/raster';
import { METADATA_DEFAULTS, type ModelMetadata } from '../metadata.ts';

// Which model it is, and how it was trained to be fed. The rest may be set anew beside the same weights: a threshold, the
// certainty of clicks, the largest window, or which of several outputs is read.
const FIELDS = [
  'name',
  'version',
  'spacing',
  'zoom',
  'sigma',
  'kernel',
  'normalization',
  'previousMask',
] as const satisfies readonly (keyof ModelMetadata)[];

/**
 * Checks that the server's model is the one that the caller holds, as far as both describe themselves: of two models with
 * the same inputs and outputs one's masks would come in place of the other's unnoticed.
 *
 * @throws ClicksegError `invalid-model`, naming the field, and what it is here and there
 */
export function checkDescription(own: ModelMetadata, server: ModelMetadata, model: string): void {
  // The version of a description that names none, as those that are written by hand.
  const unversioned = [own.version, server.version].includes(METADATA_DEFAULTS.version);
  for (const field of FIELDS) {
    if (field === 'version' && unversioned) continue;
    // Both were read by `parseMetadata`, which puts what is in them in one order.
    const [here, there] = [own[field] || undefined, server[field] || undefined].map((value) =>
      JSON.stringify(value),
    );
    if (here === there) continue;
    const why = `its ${field} is ${there ?? 'none'} there and ${here ?? 'none'} in the bytes given`;
    throw new ClicksegError('invalid-model', `remote: the server's model '${model}' is another: ${why}`);
  }
}
