import { ClicksegError } from '@clickseg/raster';
import type { RemoteRequest } from './attempt.ts';
import { RemoteFault } from './fault.ts';
import { isObject, readObject } from './message.ts';
import type { RemoteSettings } from './options.ts';
import { failed, send } from './send.ts';

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
  const model = await askForObject(settings, settings.path, signal, (json) => ({
    inputs: readTensors(json, 'inputs'),
    outputs: readTensors(json, 'outputs'),
  }));
  const described = {
    inputs: model.inputs.map((tensor) => checkTensor(tensor, 'input', settings)),
    outputs: model.outputs.map((tensor) => checkTensor(tensor, 'output', settings)),
  };
  const request: RemoteRequest = { method: 'GET', path: `${settings.path}/ready` };
  const { bytes } = await send(settings, request, signal);
  // Triton answers with an empty body, KServe with JSON.
  if (/"ready"\s*:\s*false/.test(new TextDecoder().decode(bytes.subarray(0, 1024)))) {
    throw failed(settings, request, new RemoteFault('answer', 'the model is not ready'));
  }
  return described;
}

/** Asks for JSON and reads it; a fault of `read` carries the address. */
export async function askForObject<T>(
  settings: RemoteSettings,
  path: string,
  signal: AbortSignal | undefined,
  read: (json: Record<string, unknown>) => T,
): Promise<T> {
  const request: RemoteRequest = { method: 'GET', path };
  const { bytes } = await send(settings, request, signal);
  try {
    return read(readObject(bytes));
  } catch (fault) {
    if (fault instanceof RemoteFault) throw failed(settings, request, fault);
    throw fault;
  }
}

interface Described {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

function readTensors(json: Record<string, unknown>, key: 'inputs' | 'outputs'): Described[] {
  const list = json[key];
  if (!Array.isArray(list)) throw new RemoteFault('answer', `the model's description has no ${key}`);
  return list.map((entry: unknown) => {
    const { name, datatype, shape } = isObject(entry) ? entry : {};
    const numbers = Array.isArray(shape) ? shape.map(Number) : [];
    if (typeof name !== 'string' || typeof datatype !== 'string' || !numbers.every(Number.isSafeInteger)) {
      const shown = JSON.stringify(entry)?.slice(0, 120);
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
