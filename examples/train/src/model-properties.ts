import { MODEL_METADATA_KEY, type ModelMetadata } from '@clickseg/runtime';
import type { Unet } from '@clickseg/train';

/** What an exported model says of itself in its file: its description, with the input that its network has. */
export function modelProperties(metadata: ModelMetadata, { previousMask }: Unet): Record<string, string> {
  // A description without the field is one of three channels, as all were before it.
  return { [MODEL_METADATA_KEY]: JSON.stringify({ ...metadata, previousMask: previousMask || undefined }) };
}
