import { ClicksegError } from '@clickseg/raster';
import type { RemoteRequest } from './attempt.ts';
import { RemoteFault } from './fault.ts';
import { isObject, readObject } from './message.ts';
import type { RemoteSettings } from './options.ts';
import { type Redact, show } from './redact.ts';
import { failed, misread, send } from './send.ts';

/** The datatypes that a network of the runtime may have on the wire. */
export type Datatype = 'FP32' | 'FP16';

/** One input or output as the server describes it. */
export interface ServerTensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 along a free axis. */
  readonly shape: readonly number[];
}

/** What the server says of a model. */
export interface ServerModel {
  readonly inputs: readonly ServerTensor[];
  readonly outputs: readonly ServerTensor[];
}

// Bytes of a description: those of models with thousands of tensors fit.
const LIMIT = 4 * 2 ** 20;

/**
 * Asks the server to describe the model, and whether it is ready.
 *
 * @throws ClicksegError `backend-failed` where it does not answer, has no such model, or is not ready;
 * `invalid-model` for a tensor of a datatype that is neither FP32 nor FP16, or not of the given precision
 */
export async function describeServerModel(
  settings: RemoteSettings,
  signal?: AbortSignal,
): Promise<ServerModel> {
  // First, since its error says why: that of the readiness check is an empty body on Triton.
  const described = await askForObject(settings, settings.path, signal, (json, redact) => {
    const inputs = readTensors(json, 'inputs', redact);
    const outputs = readTensors(json, 'outputs', redact);
    return {
      inputs: inputs.map((tensor) => checkTensor(tensor, 'input', settings)),
      outputs: outputs.map((tensor) => checkTensor(tensor, 'output', settings)),
    };
  });
  const request: RemoteRequest = { method: 'GET', path: `${settings.path}/ready`, limit: LIMIT };
  const { bytes } = await send(settings, request, signal);
  // Triton answers with an empty body, KServe with JSON.
  if (/"ready"\s*:\s*false/.test(new TextDecoder().decode(bytes.subarray(0, 1024)))) {
    throw failed(settings, request, new RemoteFault('answer', 'the model is not ready'));
  }
  return described;
}

/** Asks for JSON and reads it; an error of `read` carries the address where it is a fault, and no token. */
export async function askForObject<T>(
  settings: RemoteSettings,
  path: string,
  signal: AbortSignal | undefined,
  read: (json: Record<string, unknown>, redact: Redact) => T,
): Promise<T> {
  const request: RemoteRequest = { method: 'GET', path, limit: LIMIT };
  const { bytes, redact } = await send(settings, request, signal);
  try {
    return read(readObject(bytes, redact), redact);
  } catch (error) {
    throw misread(settings, request, error, redact);
  }
}

interface Described {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

function readTensors(json: Record<string, unknown>, key: 'inputs' | 'outputs', redact: Redact): Described[] {
  const list = json[key];
  if (!Array.isArray(list)) throw new RemoteFault('answer', `the model's description has no ${key}`);
  return list.map((entry: unknown) => {
    const { name, datatype, shape } = isObject(entry) ? entry : {};
    const numbers = Array.isArray(shape) ? shape.map(Number) : [];
    // Names are shown in errors, of runs too: one that holds the token is refused here.
    const named = typeof name === 'string' && redact(name) === name;
    if (!named || typeof datatype !== 'string' || !numbers.every(Number.isSafeInteger)) {
      const shown = show(entry, redact);
      throw new RemoteFault('answer', `the model's description has no name, datatype and shape in ${shown}`);
    }
    return { name, datatype, shape: numbers };
  });
}

function checkTensor(
  { name, datatype, shape }: Described,
  what: string,
  { model, precision }: RemoteSettings,
): ServerTensor {
  const refuse = (why: string): never => {
    const message = `remote: model '${model}': its ${what} '${name}' is ${datatype} on the server; ${why}`;
    throw new ClicksegError('invalid-model', message);
  };
  if (datatype !== 'FP32' && datatype !== 'FP16') return refuse('FP32 or FP16 is needed');
  if (precision !== undefined && datatype.toLowerCase() !== precision) {
    return refuse(`precision: '${precision}' was asked for, and a server converts nothing`);
  }
  return { name, datatype, shape };
}
