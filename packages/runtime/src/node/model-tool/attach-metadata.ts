import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY, type ModelMetadataInput, parseMetadata } from '../../metadata.ts';
import { modelIo } from '../../model-io.ts';
import { fields, text } from '../../onnx/protobuf.ts';
import { readModel } from '../../onnx/read-model.ts';

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
  const encoder = new TextEncoder();
  const entry = join([
    span(1, encoder.encode(MODEL_METADATA_KEY)),
    span(2, encoder.encode(JSON.stringify(metadata))),
  ]);
  return join([...withoutDescription(model), span(PROPERTY, entry)]);
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

/** A length-delimited field. */
function span(number: number, bytes: Uint8Array): Uint8Array {
  return join([Uint8Array.of((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
