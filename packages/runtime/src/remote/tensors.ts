import { ClicksegError } from '@clickseg/raster';
import type { BackendTensor } from '../backend.ts';
import { RemoteFault } from './fault.ts';
import { fromHalf, toHalf } from './half.ts';
import { isObject } from './message.ts';
import { type Redact, show } from './redact.ts';
import type { Datatype, ServerTensor } from './server-model.ts';

/** A tensor's entry in a message's JSON, and its bytes: little-endian, C order. */
export interface WireTensor {
  readonly entry: {
    readonly name: string;
    readonly shape: readonly number[];
    readonly datatype: Datatype;
    readonly parameters: { readonly binary_data_size: number };
  };
  readonly bytes: Uint8Array;
}

/** Every platform that JavaScript runs on stores numbers little-endian, as the protocol has them. */
export function encodeTensor(name: string, { data, dims }: BackendTensor, datatype: Datatype): WireTensor {
  const values = datatype === 'FP16' ? toHalf(data) : data;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return {
    entry: { name, shape: [...dims], datatype, parameters: { binary_data_size: bytes.length } },
    bytes,
  };
}

/**
 * Reads the outputs of an inference response.
 *
 * Bytes were asked for, but servers without the extension (OpenVINO Model Server before 2022.3) answer with JSON
 * numbers all the same; those are read too.
 *
 * @param announced - what the model's description said of them
 * @param redact - of the request that they answer
 *
 * @throws ClicksegError `invalid-model` for another datatype than announced; RemoteFault of the kind `answer` for
 * sizes that do not fit
 */
export function decodeTensors(
  header: Record<string, unknown>,
  binary: Uint8Array<ArrayBuffer>,
  announced: ReadonlyMap<string, ServerTensor>,
  redact: Redact,
): Record<string, BackendTensor> {
  const entries = header['outputs'];
  if (!Array.isArray(entries)) throw new RemoteFault('answer', 'the answer has no outputs');
  const tensors: Record<string, BackendTensor> = {};
  let offset = 0;
  for (const entry of entries as unknown[]) {
    const { name, datatype, dims, size, numbers } = readEntry(entry, redact);
    const end = offset + size;
    if (end > binary.length) {
      const why = `its output '${name}' should end at byte ${end} of the tensors, of which ${binary.length} came`;
      throw new RemoteFault('answer', `the answer is cut off: ${why}`);
    }
    const expected = announced.get(name)?.datatype;
    if (expected !== undefined) {
      if (datatype !== expected) refuseDatatype(name, datatype, expected);
      const data = numbers ?? decode(binary, offset, size, dims, expected, name);
      tensors[name] = { type: 'float32', data, dims };
    }
    offset = end;
  }
  if (offset !== binary.length) {
    throw new RemoteFault(
      'answer',
      `the answer has ${binary.length - offset} bytes more than its outputs need`,
    );
  }
  return tensors;
}

interface Entry {
  readonly name: string;
  readonly datatype: string;
  readonly dims: number[];
  /** Bytes after the JSON. */
  readonly size: number;
  /** The tensor where it stands in the JSON itself. */
  readonly numbers?: Float32Array<ArrayBuffer>;
}

function readEntry(entry: unknown, redact: Redact): Entry {
  const { name, datatype, shape, parameters, data } = isObject(entry) ? entry : {};
  const size = isObject(parameters) ? parameters['binary_data_size'] : undefined;
  const dims = Array.isArray(shape) ? shape.map(Number) : [-1];
  const right = dims.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (typeof name !== 'string' || typeof datatype !== 'string' || !right) {
    throw new RemoteFault('answer', `an output without name, datatype or shape: ${show(entry, redact)}`);
  }
  if (size === undefined && Array.isArray(data)) {
    return { name, datatype, dims, size: 0, numbers: readNumbers(data, dims, name, redact) };
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    const why = "has no binary_data_size; the server must speak the protocol's binary tensor extension";
    throw new RemoteFault('answer', `the output '${name}' ${why}: ${show(entry, redact)}`);
  }
  return { name, datatype, dims, size };
}

// Flat or nested by axis: the protocol allows both.
function readNumbers(data: readonly unknown[], dims: readonly number[], name: string, redact: Redact) {
  const flat = data.flat(dims.length) as unknown[];
  const count = dims.reduce((product, n) => product * n, 1);
  if (flat.length !== count) {
    throw new RemoteFault(
      'answer',
      `the output '${name}': [${dims}] needs ${count} numbers, not ${flat.length}`,
    );
  }
  const wrong = flat.find((value) => typeof value !== 'number');
  if (wrong !== undefined)
    throw new RemoteFault('answer', `the output '${name}' holds ${show(wrong, redact)}`);
  return Float32Array.from(flat as number[]);
}

function decode(
  binary: Uint8Array<ArrayBuffer>,
  offset: number,
  size: number,
  dims: readonly number[],
  datatype: Datatype,
  name: string,
): Float32Array {
  const width = datatype === 'FP16' ? 2 : 4;
  const count = dims.reduce((product, n) => product * n, 1);
  if (count * width !== size) {
    const why = `[${dims}] of ${datatype} needs ${count * width} bytes, binary_data_size is ${size}`;
    throw new RemoteFault('answer', `the output '${name}': ${why}`);
  }
  // A copy where the JSON's length is no multiple of the element's: views must lie on one.
  const start = binary.byteOffset + offset;
  const aligned = start % width === 0;
  const buffer = aligned ? binary.buffer : binary.slice(offset, offset + size).buffer;
  const from = aligned ? start : 0;
  if (datatype === 'FP16') return fromHalf(new Uint16Array(buffer, from, count));
  return new Float32Array(buffer, from, count);
}

function refuseDatatype(name: string, datatype: string, expected: string): never {
  const why = `came as ${datatype}, though the server's description says ${expected}`;
  throw new ClicksegError('invalid-model', `remote: the output '${name}' ${why}`);
}
