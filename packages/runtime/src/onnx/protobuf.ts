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
    if (number < 1 || number > 536_870_911) {
      throw new ProtobufError(`field number ${number} at byte ${start} does not exist`);
    }
    switch (tag % 8) {
      case 0:
        yield { number, value: varint(bytes, cursor) };
        break;
      case 1:
        skip(bytes, cursor, 8);
        yield { number, value: 0 };
        break;
      case 2: {
        const length = varint(bytes, cursor);
        const from = cursor.at;
        skip(bytes, cursor, length);
        yield { number, value: 0, bytes: bytes.subarray(from, cursor.at) };
        break;
      }
      case 5:
        skip(bytes, cursor, 4);
        yield { number, value: 0 };
        break;
      default:
        throw new ProtobufError(`wire type ${tag % 8} at byte ${start} does not exist`);
    }
  }
}

/** UTF-8 text of a length-delimited field; the empty text where the field is of another kind. */
export function text(field: Field): string {
  // A copy, since browsers' TextDecoder refuses views of shared memory.
  return field.bytes === undefined ? '' : new TextDecoder().decode(field.bytes.slice());
}

function varint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  // Ten bytes hold 64 bits; beyond 2^53 precision is lost, which no length or dimension here reaches.
  for (let i = 0, scale = 1; i < 10; i++, scale *= 128) {
    if (cursor.at >= bytes.length) throw new ProtobufError(`the bytes end inside a number at ${cursor.at}`);
    const byte = bytes[cursor.at++];
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw new ProtobufError(`a number at byte ${cursor.at} has no end`);
}

function skip(bytes: Uint8Array, cursor: { at: number }, length: number): void {
  if (length > bytes.length - cursor.at) {
    const there = bytes.length - cursor.at;
    throw new ProtobufError(
      `a part of ${length} bytes begins at byte ${cursor.at}, but only ${there} follow`,
    );
  }
  cursor.at += length;
}
