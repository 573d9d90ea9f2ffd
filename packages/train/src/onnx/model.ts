import type { Graph, Initializer, ValueInfo } from './graph.ts';
import { ProtobufWriter } from './protobuf.ts';

/** An attribute: a whole number, whole numbers, a string, or (`{ float }`) a float. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number };

// Opset 17 and IR 8 are read by every onnxruntime since 1.12 and by OpenVINO, TensorRT and Triton.
const OPSET = 17;
const IR_VERSION = 8;
const FLOAT = 1;
const INT64 = 7;

/** Writes a graph as an ONNX ModelProto; `metadata` becomes its metadata_props. */
export function writeModel(
  graph: Graph,
  { name, metadata = {} }: { name: string; metadata?: Record<string, string> },
): Uint8Array<ArrayBuffer> {
  const model = new ProtobufWriter()
    .int(1, IR_VERSION)
    .string(2, 'clickseg')
    .message(7, (w) => writeGraph(w, graph, name));
  for (const domain of new Set(['', ...graph.nodes.map((n) => n.domain)])) {
    model.message(8, (w) => w.string(1, domain).int(2, domain === '' ? OPSET : 1));
  }
  for (const [key, value] of Object.entries(metadata)) {
    model.message(14, (w) => w.string(1, key).string(2, value));
  }
  return model.finish();
}

function writeGraph(w: ProtobufWriter, graph: Graph, name: string): void {
  for (const node of graph.nodes) {
    w.message(1, (n) => {
      for (const input of node.inputs) n.string(1, input);
      for (const output of node.outputs) n.string(2, output);
      n.string(3, `${node.outputs[0]}_node`).string(4, node.type);
      for (const [key, value] of Object.entries(node.attributes)) {
        n.message(5, (a) => writeAttribute(a, key, value));
      }
      if (node.domain) n.string(7, node.domain);
    });
  }
  w.string(2, name);
  for (const tensor of graph.initializers.values()) w.message(5, (t) => writeTensor(t, tensor));
  for (const input of graph.inputs) w.message(11, (v) => writeValueInfo(v, input));
  for (const output of graph.outputs) w.message(12, (v) => writeValueInfo(v, output));
}

function writeAttribute(w: ProtobufWriter, name: string, value: AttributeValue): void {
  w.string(1, name);
  if (typeof value === 'number') w.int(3, value).int(20, 2);
  else if (typeof value === 'string') w.string(4, value).int(20, 3);
  else if ('float' in value) w.float(2, value.float).int(20, 1);
  else {
    for (const item of value) w.int(8, item);
    w.int(20, 7);
  }
}

function writeTensor(w: ProtobufWriter, { name, shape, data }: Initializer): void {
  for (const n of shape) w.int(1, n);
  w.int(2, data instanceof Float32Array ? FLOAT : INT64).string(8, name);
  w.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(w: ProtobufWriter, { name, shape }: ValueInfo): void {
  w.string(1, name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.int(1, FLOAT).message(2, (s) => {
        for (const n of shape) s.message(1, (d) => (typeof n === 'string' ? d.string(2, n) : d.int(1, n)));
      }),
    ),
  );
}
