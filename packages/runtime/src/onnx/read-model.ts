import { checkBytes } from '../bytes.ts';
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
 * @throws ClicksegError `invalid-model`, saying what the bytes look like; `invalid-option` for what is no `Uint8Array`
 */
export function readModel(bytes: Uint8Array): ModelInfo {
  const known = diagnose(checkBytes(bytes));
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
      const { 1: key, 2: value } = byNumber(field.bytes);
      properties[text(key)] = text(value);
    }
  }
  if (graph === undefined || graph.length === 0) {
    refuseModel(`its ${bytes.length} bytes hold no ONNX graph`);
  }
  return { properties, producer, ...readGraph(graph) };
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
  const { 8: label, 14: location } = byNumber(bytes);
  const name = text(label);
  if (location?.value === 1) {
    refuseModel(`its tensor '${name}' lies in another file (external data); save it as one file`);
  }
  return name;
}

function readValue(bytes: Uint8Array): ModelValue {
  const { 1: name, 2: type } = byNumber(bytes);
  const { 1: element, 2: shape } = byNumber(byNumber(type?.bytes)[1]?.bytes);
  const dims = shape?.bytes && [...fields(shape.bytes)].filter((f) => f.number === 1).map(readDimension);
  return { name: text(name), elementType: element?.value ?? 0, ...(dims && { dims }) };
}

function readDimension({ bytes }: Field): number | string | undefined {
  const { 1: size, 2: name } = byNumber(bytes);
  // Above that it is a negative number, which some exporters write for "any".
  return name ? text(name) : size && size.value < 2 ** 63 ? size.value : undefined;
}

/** A message's fields; of one that is repeated the last, as protobuf has it for what is no list. */
function byNumber(bytes: Uint8Array = new Uint8Array()): Partial<Record<number, Field>> {
  return Object.fromEntries(Array.from(fields(bytes), (field) => [field.number, field]));
}
