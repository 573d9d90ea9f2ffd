/** One protobuf field: a number as a varint, anything else with its length before it. */
export function field(number: number, content: Uint8Array | string | number): Uint8Array {
  if (typeof content === 'number') return Uint8Array.from([...varint(number * 8), ...varint(content)]);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return join([Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

/** Byte arrays one after the other, which is also how protobuf merges messages. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** An ONNX node; attributes are lists of whole numbers, or one. */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Uint8Array {
  const attribute = ([name, value]: [string, number | readonly number[]]) =>
    typeof value === 'number'
      ? [field(1, name), field(3, value), field(20, 2)]
      : [field(1, name), ...value.map((n) => field(8, n)), field(20, 7)];
  return join([
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(3, output),
    field(4, operator),
    ...Object.entries(attributes).map((entry) => field(5, join(attribute(entry)))),
  ]);
}

/** A float32 tensor among the graph's initializers. */
export function weights(name: string, shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const raw = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) raw.setFloat32(4 * i, values[i], true);
  const bytes = new Uint8Array(raw.buffer);
  return join([...shape.map((n) => field(1, n)), field(2, 1), field(8, name), field(9, bytes)]);
}

/** A float32 input or output; free axes by a name. */
export function value(name: string, dims: readonly (number | string)[]): Uint8Array {
  const shape = dims.map((n) => field(1, typeof n === 'number' ? field(1, n) : field(2, n)));
  return join([field(1, name), field(2, field(1, join([field(1, 1), field(2, join(shape))])))]);
}

/** A whole number in groups of seven bits, lowest first. */
export function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
