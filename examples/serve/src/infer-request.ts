import type { ModelIo } from '@clickseg/runtime';
import { fromHalf } from '@clickseg/runtime/remote';
import type { Work } from './batcher.ts';
import { ServeFault } from './fault.ts';
import { show } from './show.ts';

/** What the server knows of its model's tensors. */
export interface Tensors extends ModelIo {
  /** Names of those that can be asked for. */
  readonly outputs: readonly string[];
  readonly datatype: 'FP32' | 'FP16';
  readonly sizeMultiple: number;
  readonly maxBatch: number;
}

export interface InferRequest extends Work {
  readonly id: string | undefined;
  /** Of the outputs, which are wanted in bytes. */
  readonly binary: ReadonlySet<string>;
}

/** Longest side of an image that the graph does not fix. */
const MOST_SIDE = 4096;

interface Json {
  id?: unknown;
  inputs?: {
    name?: unknown;
    shape?: unknown;
    datatype?: unknown;
    data?: unknown;
    parameters?: Record<string, unknown>;
  }[];
  outputs?: { name?: unknown; parameters?: Record<string, unknown> }[];
  parameters?: Record<string, unknown>;
}

/**
 * Reads an inference request: JSON, and after it the tensor's bytes.
 * @throws ServeFault 400, saying what is wrong
 */
export function readInferRequest(body: Buffer, length: string | undefined, tensors: Tensors): InferRequest {
  const end = length === undefined ? body.length : Number(length);
  if (!Number.isSafeInteger(end) || end < 0 || end > body.length) {
    throw new ServeFault(
      400,
      `Inference-Header-Content-Length ${show(length)} does not fit ${body.length} bytes`,
    );
  }
  const json = parse(body.subarray(0, end));
  const input = json.inputs?.[0];
  if (!Array.isArray(json.inputs) || json.inputs.length !== 1 || input?.name !== tensors.input) {
    throw new ServeFault(400, `expected one input '${tensors.input}'`);
  }
  if (input.datatype !== tensors.datatype) {
    throw new ServeFault(
      400,
      `input '${tensors.input}' is ${show(input.datatype)}, the model expects ${tensors.datatype}`,
    );
  }
  const wanted = readOutputs(json, tensors);
  const [count, h, w] = checkShape(input.shape, tensors);
  const size = count * tensors.channels * h * w;
  const given = input.parameters?.['binary_data_size'];
  const rest = body.subarray(end);
  const data = given === undefined ? readJson(input.data, size) : readBytes(rest, given, size, tensors);
  refuseNotFinite(data, tensors);
  return {
    id: typeof json.id === 'string' ? json.id : undefined,
    ...wanted,
    data,
    count,
    h,
    w,
  };
}

// Without any named, all of them, as the protocol has it.
function readOutputs(json: Json, tensors: Tensors): Pick<InferRequest, 'outputs' | 'binary'> {
  const given: unknown = json.outputs ?? [];
  if (!Array.isArray(given)) throw new ServeFault(400, 'outputs is no list');
  const asked = given.length > 0 ? given : tensors.outputs.map((name) => ({ name }));
  const outputs = new Set<string>();
  const binary = new Set<string>();
  for (const output of asked as NonNullable<Json['outputs']>) {
    const name = tensors.outputs.find((each) => each === output?.name);
    if (name === undefined) throw new ServeFault(400, `unexpected output '${show(output?.name)}'`);
    outputs.add(name);
    const bytes = output.parameters?.['binary_data'] ?? json.parameters?.['binary_data_output'];
    if (bytes === true) binary.add(name);
  }
  return { outputs: [...outputs], binary };
}

function parse(bytes: Buffer): Json {
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof json === 'object' && json !== null) return json as Json;
  } catch {
    // Told below.
  }
  throw new ServeFault(400, 'failed to parse the request JSON');
}

function checkShape(shape: unknown, tensors: Tensors): [number, number, number] {
  const { input, channels, fixed, sizeMultiple, maxBatch } = tensors;
  const [n, c, h, w] = Array.isArray(shape) && shape.length === 4 ? (shape as number[]) : [0, 0, 0, 0];
  const whole = [n, h, w].every((each) => Number.isSafeInteger(each) && each > 0);
  // What the graph fixes goes before the multiple and the limit, as in the runtime.
  const fits = () =>
    [h, w].every((side, axis) =>
      fixed[axis] === undefined ? side <= MOST_SIDE && side % sizeMultiple === 0 : side === fixed[axis],
    );
  if (whole && c === channels && n <= maxBatch && fits()) return [n, h, w];
  throw new ServeFault(
    400,
    `unexpected shape for input '${input}': expected ${expectedShape(tensors)}, got ${show(shape)}`,
  );
}

function expectedShape({ channels, fixed: [h, w], sizeMultiple, maxBatch }: Tensors): string {
  const shape = `[1..${maxBatch}, ${channels}, ${h ?? 'h'}, ${w ?? 'w'}]`;
  const free = [h === undefined ? ['h'] : [], w === undefined ? ['w'] : []].flat();
  if (free.length === 0) return shape;
  return `${shape}, ${free.join(' and ')} ${free.length > 1 ? 'multiples' : 'a multiple'} of ${sizeMultiple} up to ${MOST_SIDE}`;
}

function readBytes(rest: Buffer, given: unknown, size: number, { datatype }: Tensors): Float32Array {
  const bytes = size * (datatype === 'FP16' ? 2 : 4);
  if (given !== bytes || rest.length !== bytes) {
    throw new ServeFault(
      400,
      `expected ${bytes} bytes, got binary_data_size ${show(given)} and ${rest.length} bytes`,
    );
  }
  // A copy, for the bytes seldom begin at a multiple of four; `Uint8Array.from` would go through them one by one.
  const { buffer } = new Uint8Array(rest);
  return datatype === 'FP16' ? fromHalf(new Uint16Array(buffer)) : new Float32Array(buffer);
}

function readJson(data: unknown, size: number): Float32Array {
  const list = Array.isArray(data) ? data : [];
  let count = 0;
  // Before there is room for them: a request of a few bytes may name any size.
  walk(list, () => {
    if (++count > size) throw new ServeFault(400, `expected ${size} elements, got more`);
  });
  if (count < size) throw new ServeFault(400, `expected ${size} elements, got ${count}`);
  const values = new Float32Array(size);
  let at = 0;
  walk(list, (value) => {
    if (typeof value === 'number') {
      values[at++] = value;
      return;
    }
    const shown = typeof value === 'string' ? `"${show(value)}"` : show(value);
    throw new ServeFault(400, `element ${at} is ${shown}, no number`);
  });
  return values;
}

// `flat` would make a list of all there is first: nine million elements, 17 kB of gzip, took it two seconds.
function walk(list: readonly unknown[], visit: (value: unknown) => void, levels = 4): void {
  for (const value of list) {
    if (levels > 0 && Array.isArray(value)) walk(value, visit, levels - 1);
    else visit(value);
  }
}

// The network makes NaN of what lies around such a number, and a mask shows NaN as background.
function refuseNotFinite(data: Float32Array, { input }: Tensors): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i]))
      throw new ServeFault(400, `element ${i} of input '${input}' is ${data[i]}`);
  }
}
