import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY, type ModelMetadataInput, parseMetadata } from '../../metadata.ts';
import { modelIo } from '../../model-io.ts';
import { fields, text } from '../../onnx/protobuf.ts';
import { readModel } from '../../onnx/read-model.ts';
import { field as encode, join, varint } from '../../onnx/write-model.ts';

// ModelProto.metadata_props, and the byte that begins such a field.
const PROPERTY = 14;
const TAG = (PROPERTY << 3) | 2;

/**
 * Writes the runtime's description into a model that was made elsewhere. A description that is there is replaced;
 * every other byte stays as it is, and in its order.
 *
 * @param model - an ONNX file's bytes; not changed
 * @returns the file with its description, defaults written out
 * @throws ClicksegError `invalid-model` for other bytes, a graph that does not fit the runtime, or a bad description
 */
export function attachMetadata(model: Uint8Array, description: ModelMetadataInput): Uint8Array<ArrayBuffer> {
  const metadata = parseMetadata(description);
  modelIo(readModel(model), metadata);
  const entry = join([encode(1, MODEL_METADATA_KEY), encode(2, JSON.stringify(metadata))]);
  return join([...withoutDescription(model), encode(PROPERTY, entry)]);
}

/** The stretches of a file around its descriptions. */
function withoutDescription(model: Uint8Array): Uint8Array[] {
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const { number, bytes } of fields(model)) {
    if (number !== PROPERTY || !bytes) continue;
    const key = [...fields(bytes)].find((field) => field.number === 1);
    if (!key || text(key) !== MODEL_METADATA_KEY) continue;
    const body = bytes.byteOffset - model.byteOffset;
    const start = body - varint(bytes.length).length - 1;
    if (model[start] !== TAG) {
      throw new ClicksegError('invalid-model', `model: its description at byte ${start} is oddly written`);
    }
    kept.push(model.subarray(from, start));
    from = body + bytes.length;
  }
  return [...kept, model.subarray(from)];
}
