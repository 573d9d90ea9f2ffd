import { MODEL_METADATA_KEY } from '../metadata.ts';
import { field, join, value } from '../onnx/write-model.ts';
import type { ServerModel, ServerTensor } from './server-model.ts';

/**
 * An ONNX file with a model's inputs, outputs and description, where one is given, and nothing that computes: what the runtime reads
 * of a model, for one whose weights stay on the server. A few hundred bytes.
 *
 * The element type is float32 throughout, since that is what the remote backend takes and gives; half precision is
 * a matter of the wire.
 *
 * Field numbers: onnx.proto3 (ModelProto, GraphProto, ValueInfoProto, TypeProto, TensorShapeProto).
 */
export function graphStub({ inputs, outputs }: ServerModel, metadata?: string): Uint8Array<ArrayBuffer> {
  const graph = join([
    field(2, 'remote'),
    ...inputs.map((tensor) => field(11, valueInfo(tensor))),
    ...outputs.map((tensor) => field(12, valueInfo(tensor))),
  ]);
  const head = [field(1, 8), field(2, 'clickseg-remote'), field(7, graph)];
  if (metadata === undefined) return join(head);
  return join([...head, field(14, join([field(1, MODEL_METADATA_KEY), field(2, metadata)]))]);
}

function valueInfo({ name, shape }: ServerTensor): Uint8Array {
  return value(
    name,
    shape.map((n, axis) => (n < 0 ? `axis${axis}` : n)),
  );
}
