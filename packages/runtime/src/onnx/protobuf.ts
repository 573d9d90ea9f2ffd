/** One field of a protobuf message: its number, and a number (varint, fixed) or a span of bytes. */
export interface Field {
  readonly number: number;
  /** The value of a varint field, 0 for others; exact up to 2^53. */
  readonly value: number;
  /** The bytes of a length-delimited field (a view, no copy), undefined for others. */
  readonly bytes?: Uint8Array;
}

/** Thrown inside the reader only; whoever reads a model turns it into a `ClicksegError`. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

// Bytes of each wire type's values, but for what varint reads itself; 3 and 4 were groups, which no ONNX file has.
const LENGTHS = [0, 8, 0, undefined, undefined, 4];

/**
 * Walks the fields of one message. Lengths are checked against the bytes there are, so that a
 * cut-off file is told at once; weights are stepped over, not read.
 */
export function* fields(bytes: Uint8Array): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    const tag = varint(bytes, cursor);
    const number = Math.floor(tag / 8);
    const kind = tag % 8;
    const value = kind === 0 || kind === 2 ? varint(bytes, cursor) : 0;
    const length = kind === 2 ? value : LENGTHS[kind];
    if (number < 1 || number > 536_870_911 || length === undefined) {
      throw new ProtobufError(`field number ${number} of type ${kind} at byte ${start} does not exist`);
    }
    const from = cursor.at;
    cursor.at += length;
    if (cursor.at > bytes.length) {
      throw new ProtobufError(`the ${length} bytes at byte ${from} have no end`);
    }
    yield kind === 2 ? { number, value: 0, bytes: bytes.subarray(from, cursor.at) } : { number, value };
  }
}

/** UTF-8 text of a length-delimited field; the empty text where there is none, or of another kind. */
export function text(field: Field | undefined): string {
  // A copy, since browsers' TextDecoder refuses views of shared memory.
  return field?.bytes === undefined ? '' : new TextDecoder().decode(field.bytes.slice());
}

function varint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  // Ten bytes hold 64 bits; beyond 2^53 precision is lost, which no length or dimension here reaches.
  for (let i = 0, scale = 1; i < 10 && cursor.at < bytes.length; i++, scale *= 128) {
    const byte = bytes[cursor.at++];
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw new ProtobufError(`the number before byte ${cursor.at} has no end`);
}
