import { MODEL_METADATA_KEY } from '../metadata.ts';
import type { ServerModel, ServerTensor } from './server-model.ts';

/**
 * An ONNX file with a model's inputs, outputs and description, and nothing that computes: what the runtime reads
 * of a model, for one whose weights stay on the server. A few hundred bytes.
 *
 * The element type is float32 throughout, since that is what the remote backend takes and gives; half precision is
 * a matter of the wire.
 *
 * Field numbers: onnx.proto3 (ModelProto, GraphProto, ValueInfoProto, TypeProto, TensorShapeProto).
 */
export function graphStub({ inputs, outputs }: ServerModel, metadata: string): Uint8Array<ArrayBuffer> {
  const graph = join(
    field(2, 'remote'),
    ...inputs.map((tensor) => field(11, valueInfo(tensor))),
    ...outputs.map((tensor) => field(12, valueInfo(tensor))),
  );
  const property = join(field(1, MODEL_METADATA_KEY), field(2, metadata));
  return join(field(1, 8), field(2, 'clickseg-remote'), field(7, graph), field(14, property));
}

function valueInfo({ name, shape }: ServerTensor): Uint8Array {
  const dimension = (n: number, axis: number) => field(1, n < 0 ? field(2, `axis${axis}`) : field(1, n));
  const type = join(field(1, 1), field(2, join(...shape.map(dimension))));
  return join(field(1, name), field(2, field(1, type)));
}

function field(number: number, content: Uint8Array | string | number): Uint8Array {
  if (typeof content === 'number') return Uint8Array.from([number * 8, ...varint(content)]);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return join(Uint8Array.from([number * 8 + 2, ...varint(bytes.length)]), bytes);
}

function varint(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...varint(Math.floor(value / 128))];
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
