import { ClicksegError } from '@clickseg/raster';
import { ProtobufWriter } from './protobuf.ts';

/** A node of a parsed graph; `bytes` is its whole message, of which only the inputs are ever rewritten. */
export interface FileNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly bytes: Uint8Array;
}

/** An ONNX file taken apart as far as rewriting its graph needs; what is not understood is kept as it is. */
export interface ModelFile {
  readonly nodes: readonly FileNode[];
  /** Constants by name, as TensorProto messages. */
  readonly initializers: ReadonlyMap<string, Uint8Array>;
  readonly inputs: readonly string[];
  /** The shape that each input declares; 0 for an axis without a size. */
  readonly inputShapes: ReadonlyMap<string, readonly number[]>;
  readonly outputs: readonly string[];
  /** Version of the standard operators. */
  readonly opset: number;
  /** Fields of the graph and of the model beside those above, tags included. */
  readonly graphRest: readonly Uint8Array[];
  readonly modelRest: readonly Uint8Array[];
}

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
  /** Tag and all. */
  readonly whole: Uint8Array;
}

/** @throws ClicksegError `invalid-model` for bytes that are no ONNX model */
export function readModelFile(bytes: Uint8Array): ModelFile {
  const nodes: FileNode[] = [];
  const initializers = new Map<string, Uint8Array>();
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const inputShapes = new Map<string, number[]>();
  const [graphRest, modelRest]: [Uint8Array[], Uint8Array[]] = [[], []];
  let opset = 0;
  let graph: Uint8Array | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 7) graph = field.bytes;
    else modelRest.push(field.whole);
    if (field.number === 8) {
      const entry = [...fields(field.bytes)];
      if (textOf(entry, 1)[0] === undefined || textOf(entry, 1)[0] === '') {
        opset = entry.find(({ number }) => number === 2)?.value ?? 0;
      }
    }
  }
  if (!graph)
    throw new ClicksegError('invalid-model', `model of ${bytes.length} bytes: it holds no ONNX graph`);
  for (const field of fields(graph)) {
    if (field.number === 1) nodes.push(readNode(field.bytes));
    else if (field.number === 5) initializers.set(textOf([...fields(field.bytes)], 8)[0] ?? '', field.bytes);
    else graphRest.push(field.whole);
    if (field.number === 11) {
      const [name] = textOf([...fields(field.bytes)], 1);
      inputs.push(name);
      inputShapes.set(name, shapeOf(field.bytes));
    }
    if (field.number === 12) outputs.push(textOf([...fields(field.bytes)], 1)[0]);
  }
  return {
    nodes,
    initializers,
    inputs: inputs.filter((name) => !initializers.has(name)),
    inputShapes,
    outputs,
    opset,
    graphRest,
    modelRest,
  };
}

/** Puts a file together again. */
export function writeModelFile({
  nodes,
  initializers,
  graphRest,
  modelRest,
}: Pick<ModelFile, 'nodes' | 'initializers' | 'graphRest' | 'modelRest'>): Uint8Array<ArrayBuffer> {
  const graph = new ProtobufWriter();
  for (const node of nodes) graph.bytes(1, node.bytes);
  for (const tensor of initializers.values()) graph.bytes(5, tensor);
  const body = concat([graph.finish(), ...graphRest]);
  return concat([...modelRest, new ProtobufWriter().bytes(7, body).finish()]);
}

/** The same node with other inputs. */
export function withInputs(node: FileNode, inputs: readonly string[]): FileNode {
  if (inputs.every((name, i) => name === node.inputs[i])) return node;
  const head = new ProtobufWriter();
  for (const name of inputs) head.string(1, name);
  const rest = [...fields(node.bytes)].filter(({ number }) => number !== 1).map(({ whole }) => whole);
  return { ...node, inputs, bytes: concat([head.finish(), ...rest]) };
}

/** A new node of the standard operators with whole-number attributes. */
export function newNode(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {},
): FileNode {
  const w = new ProtobufWriter();
  for (const name of inputs) w.string(1, name);
  w.string(2, output).string(3, `${output}_node`).string(4, type);
  for (const [name, value] of Object.entries(attributes)) {
    w.message(5, (a) => a.string(1, name).int(3, value).int(20, 2));
  }
  return { type, domain: '', inputs, outputs: [output], bytes: w.finish() };
}

/** A float32 constant's shape and values; undefined for constants of another type or kept elsewhere. */
export function floatsOf(tensor: Uint8Array): { shape: number[]; data: Float32Array } | undefined {
  const shape: number[] = [];
  let type = 0;
  let raw: Uint8Array | undefined;
  for (const { number, value, bytes } of fields(tensor)) {
    // Dimensions come one a field, or packed into one.
    if (number === 1) shape.push(...(bytes.length > 0 ? varints(bytes) : [value]));
    else if (number === 2) type = value;
    else if ((number === 4 || number === 9) && bytes.length > 0) raw = bytes;
  }
  const size = shape.reduce((a, b) => a * b, 1);
  if (type !== 1 || raw?.length !== 4 * size) return undefined;
  // A copy, as floats want an aligned start; not by `slice`, which shares a Buffer's memory.
  return { shape, data: new Float32Array(new Uint8Array(raw).buffer) };
}

/** A constant as a TensorProto message; `type` is ONNX's number of the element type. */
export function tensorMessage(
  name: string,
  type: number,
  shape: readonly number[],
  data: ArrayBufferView,
): Uint8Array {
  const w = new ProtobufWriter();
  for (const n of shape) w.int(1, n);
  return w
    .int(2, type)
    .string(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .finish();
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function readNode(bytes: Uint8Array): FileNode {
  const all = [...fields(bytes)];
  return {
    inputs: textOf(all, 1),
    outputs: textOf(all, 2),
    type: textOf(all, 4)[0] ?? '',
    domain: textOf(all, 7)[0] ?? '',
    bytes,
  };
}

/** The sizes of a ValueInfoProto: its type's tensor's shape's dimensions, each a number or a name. */
function shapeOf(bytes: Uint8Array): number[] {
  const only = (of: Uint8Array, number: number) =>
    [...fields(of)].find((field) => field.number === number)?.bytes ?? new Uint8Array();
  const dimensions = [...fields(only(only(only(bytes, 2), 1), 2))].filter(({ number }) => number === 1);
  return dimensions.map((d) => [...fields(d.bytes)].find(({ number }) => number === 1)?.value ?? 0);
}

function textOf(all: readonly Field[], number: number): string[] {
  return all.filter((f) => f.number === number).map((f) => new TextDecoder().decode(f.bytes));
}

function varints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let cursor = { at: 0 }; cursor.at < bytes.length; ) values.push(varint(bytes, cursor));
  return values;
}

function* fields(bytes: Uint8Array): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    const tag = varint(bytes, cursor);
    const wire = tag % 8;
    const value = wire === 0 || wire === 2 ? varint(bytes, cursor) : 0;
    const from = cursor.at;
    cursor.at += wire === 2 ? value : wire === 1 ? 8 : wire === 5 ? 4 : 0;
    if (wire === 3 || wire === 4 || wire > 5 || cursor.at > bytes.length) {
      throw new ClicksegError('invalid-model', `model: no protobuf at byte ${start} of ${bytes.length}`);
    }
    yield {
      number: Math.floor(tag / 8),
      value,
      bytes: wire === 2 ? bytes.subarray(from, cursor.at) : new Uint8Array(),
      whole: bytes.subarray(start, cursor.at),
    };
  }
}

function varint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  for (let scale = 1; cursor.at < bytes.length; scale *= 128) {
    const byte = bytes[cursor.at++];
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw new ClicksegError('invalid-model', 'model: it ends inside a number');
}
