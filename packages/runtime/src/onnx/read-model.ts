import { refuseModel } from '../refuse-model.ts';
import { diagnose } from './diagnose.ts';
import { type Field, fields, ProtobufError, text } from './protobuf.ts';

/** One input or output of an ONNX graph. */
export interface ModelValue {
  readonly name: string;
  /** ONNX element type; 1 is float32, 10 float16; 0 where the model does not say. */
  readonly elementType: number;
  /** A number an axis, a name for a free axis, `undefined` for an unnamed free one; undefined where unknown. */
  readonly dims?: readonly (number | string | undefined)[];
}

/** What an ONNX file says about itself; the weights are not read. */
export interface ModelInfo {
  /** `metadata_props`, which onnxruntime's JavaScript API does not show. */
  readonly properties: Readonly<Record<string, string>>;
  /** Inputs that a caller must feed: those that are not initializers. */
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly producer: string;
}

/**
 * Reads the names, shapes and properties of an ONNX model from its bytes.
 *
 * Catches what onnxruntime only calls "protobuf parsing failed": empty bytes, a page of HTML saved
 * as a model, a Git LFS pointer, a cut-off download; and weights kept in a second file, which bytes
 * alone cannot bring along.
 *
 * @throws ClicksegError `invalid-model`, saying what the bytes look like
 */
export function readModel(bytes: Uint8Array): ModelInfo {
  const known = diagnose(bytes);
  if (known !== undefined) refuseModel(known);
  try {
    return readModelProto(bytes);
  } catch (cause) {
    if (!(cause instanceof ProtobufError)) throw cause;
    const why = `${cause.message}: the file is damaged or was cut off, or is not ONNX`;
    return refuseModel(`of its ${bytes.length} bytes ${why}`, cause);
  }
}

function readModelProto(bytes: Uint8Array): ModelInfo {
  const properties: Record<string, string> = Object.create(null);
  let producer = '';
  let graph: Uint8Array | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 2) producer = text(field);
    else if (field.number === 7) graph = field.bytes;
    else if (field.number === 14 && field.bytes) {
      const { key, value } = readProperty(field.bytes);
      properties[key] = value;
    }
  }
  if (graph === undefined || graph.length === 0) {
    refuseModel(`its ${bytes.length} bytes hold no ONNX graph`);
  }
  return { properties, producer, ...readGraph(graph) };
}

function readProperty(bytes: Uint8Array): { key: string; value: string } {
  let key = '';
  let value = '';
  for (const field of fields(bytes)) {
    if (field.number === 1) key = text(field);
    else if (field.number === 2) value = text(field);
  }
  return { key, value };
}

function readGraph(bytes: Uint8Array): Pick<ModelInfo, 'inputs' | 'outputs'> {
  const inputs: ModelValue[] = [];
  const outputs: ModelValue[] = [];
  const initializers = new Set<string>();
  for (const field of fields(bytes)) {
    if (field.bytes === undefined) continue;
    if (field.number === 5) initializers.add(readInitializer(field.bytes));
    else if (field.number === 11) inputs.push(readValue(field.bytes));
    else if (field.number === 12) outputs.push(readValue(field.bytes));
  }
  // Before IR version 4 initializers had to be listed among the inputs.
  return { inputs: inputs.filter(({ name }) => !initializers.has(name)), outputs };
}

function readInitializer(bytes: Uint8Array): string {
  let name = '';
  let external = false;
  for (const field of fields(bytes)) {
    if (field.number === 8) name = text(field);
    if (field.number === 14 && field.value === 1) external = true;
  }
  if (external) {
    refuseModel(`its tensor '${name}' lies in another file (external data); save it as one file`);
  }
  return name;
}

function readValue(bytes: Uint8Array): ModelValue {
  let name = '';
  let tensor: Uint8Array | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 1) name = text(field);
    else if (field.number === 2 && field.bytes) tensor = child(field.bytes, 1);
  }
  let elementType = 0;
  let dims: (number | string | undefined)[] | undefined;
  for (const field of fields(tensor ?? new Uint8Array())) {
    if (field.number === 1) elementType = field.value;
    else if (field.number === 2 && field.bytes) {
      dims = [...fields(field.bytes)].filter((f) => f.number === 1).map(readDimension);
    }
  }
  return { name, elementType, ...(dims === undefined ? {} : { dims }) };
}

function readDimension(dimension: Field): number | string | undefined {
  let size: number | string | undefined;
  for (const field of fields(dimension.bytes ?? new Uint8Array())) {
    if (field.number === 1) size = field.value;
    else if (field.number === 2) size = text(field);
  }
  return size;
}

function child(bytes: Uint8Array, number: number): Uint8Array | undefined {
  for (const field of fields(bytes)) if (field.number === number) return field.bytes;
  return undefined;
}
