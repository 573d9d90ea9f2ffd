import { MODEL_METADATA_KEY } from '@clickseg/runtime';

type Dims = readonly (number | string)[];

/** A protobuf field: a number or bytes. Enough of a writer for graphs of a few inputs and outputs, all below 128. */
function field(number: number, content: Uint8Array | string | number): Uint8Array {
  if (typeof content === 'number') return Uint8Array.from([number * 8, content]);
  const bytes = new TextEncoder().encode(content as string);
  return typeof content === 'string' ? field(number, bytes) : join(head(number, content.length), content);
}

function head(number: number, length: number): Uint8Array {
  return Uint8Array.from([
    number * 8 + 2,
    ...(length < 128 ? [length] : [128 + (length % 128), Math.floor(length / 128)]),
  ]);
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function value([name, dims]: readonly [string, Dims]): Uint8Array {
  const shape = join(...dims.map((n) => field(1, typeof n === 'number' ? field(1, n) : field(2, n))));
  return join(field(1, name), field(2, field(1, join(field(1, 1), field(2, shape)))));
}

/** An ONNX file of inputs and outputs and a description, with nothing between them; free axes as names. */
export function graphBytes(
  inputs: Readonly<Record<string, Dims>>,
  outputs: Readonly<Record<string, Dims>>,
  metadata?: object,
): Uint8Array<ArrayBuffer> {
  const graph = join(
    ...Object.entries(inputs).map((entry) => field(11, value(entry))),
    ...Object.entries(outputs).map((entry) => field(12, value(entry))),
  );
  const property = join(field(1, MODEL_METADATA_KEY), field(2, JSON.stringify(metadata ?? {})));
  return join(field(1, 8), field(7, graph), ...(metadata ? [field(14, property)] : []));
}
