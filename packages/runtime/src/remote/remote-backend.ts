import { ClicksegError } from '@clickseg/raster';
import type { Backend, BackendSession, BackendTensor } from '../backend.ts';
import { MODEL_METADATA_KEY, type ModelMetadata, parseMetadata } from '../metadata.ts';
import { type ModelInfo, readModel } from '../onnx/read-model.ts';
import type { RemoteAnswer, RemoteRequest } from './attempt.ts';
import { checkGraph } from './check-graph.ts';
import { RemoteFault } from './fault.ts';
import { gzip } from './gzip.ts';
import { HEADER_LENGTH, readMessage, writeMessage } from './message.ts';
import { checkOptions, type RemoteOptions, type RemoteSettings } from './options.ts';
import { misread, send } from './send.ts';
import { compareDescriptions } from './server-metadata.ts';
import { describeServerModel, type ServerModel, type ServerTensor } from './server-model.ts';
import { decodeTensors, encodeTensor, type WireTensor } from './tensors.ts';

/**
 * Runs networks on a model server over the Open Inference Protocol v2 (HTTP, binary tensor extension): NVIDIA
 * Triton, KServe, OpenVINO Model Server, `examples/serve`. Uses `fetch` alone, so it works in browsers, workers
 * and Node.
 *
 * The bytes of the model that the segmenter is given stay here: they say how the model is fed, and that the server's
 * has the same inputs and outputs and, where it hands out a description (see {@link remoteModel}), the same name,
 * version, spacing, zoom, clicks and normalisation. {@link remoteModel} stands in where a client has none.
 *
 * An aborted prediction closes its connection. What the server sends for it later reaches nobody.
 *
 * Source of the wire format: KServe, "Open Inference Protocol" (`inference_rest.md`), and NVIDIA Triton,
 * `extension_binary_data.md`.
 *
 * @throws ClicksegError `invalid-option`. Loading and runs reject with `backend-failed`, whose `cause` is a
 * {@link RemoteFault}, and with `invalid-model` where the server's model does not fit, or changes its version
 */
export function remoteBackend(options: RemoteOptions): Backend {
  const settings = checkOptions(options);
  return {
    name: 'remote',
    async load(bytes, { signal }) {
      const graph = readModel(bytes);
      const server = await describeServerModel(settings, signal);
      checkGraph(graph, server, settings.model);
      const own = ownDescription(graph);
      if (own) await compareDescriptions(own, settings, signal);
      return openSession(settings, server);
    },
  };
}

/** What the bytes say of themselves; nothing where that cannot be read, for the segmenter was given another then. */
function ownDescription({ properties }: ModelInfo): ModelMetadata | undefined {
  const text = properties[MODEL_METADATA_KEY];
  try {
    return text === undefined ? undefined : parseMetadata(text);
  } catch {
    return undefined;
  }
}

function openSession(settings: RemoteSettings, server: ServerModel): BackendSession {
  const inputs = byName(server.inputs);
  const outputs = byName(server.outputs);
  const closed = new AbortController();
  let count = 0;
  let version: string | undefined;

  function checkAnswer(header: Record<string, unknown>, id: string): void {
    // Some servers leave it out; one that differs belongs to somebody else.
    if (header['id'] !== undefined && header['id'] !== '' && header['id'] !== id) {
      throw new RemoteFault('answer', `it is the answer to request '${header['id']}', not to '${id}'`);
    }
    const now = header['model_version'];
    if (typeof now !== 'string') return;
    version ??= now;
    if (now === version) return;
    // Other weights may want other spacing, guidance and threshold: their answer would look right and be wrong.
    const why = `it answers from version ${now} now, this session began with ${version}; open it anew`;
    throw new ClicksegError('invalid-model', `remote: model '${settings.model}': ${why}`);
  }

  return {
    provider: 'remote',
    async run(feeds, { outputs: wanted, signal }) {
      if (closed.signal.aborted) throw new ClicksegError('disposed', 'remote: the session was disposed of');
      const tensors = Object.entries(feeds).map(([name, tensor]) =>
        encodeTensor(name, tensor, find(inputs, name, 'input', settings).datatype),
      );
      for (const name of wanted) find(outputs, name, 'output', settings);
      const id = String(++count);
      const message = writeMessage(
        {
          id,
          inputs: tensors.map(({ entry }) => entry),
          outputs: wanted.map((name) => ({ name, parameters: { binary_data: true } })),
        },
        tensors.map(({ bytes }) => bytes),
      );
      const request: RemoteRequest = {
        method: 'POST',
        path: `${settings.path}/infer`,
        limit: answerLimit(tensors, outputs.size),
        body: settings.gzip ? await gzip(message.body) : message.body,
        headers: {
          'content-type': 'application/octet-stream',
          // Of the JSON as it is before compression, as NVIDIA's own client has it.
          [HEADER_LENGTH]: String(message.headerLength),
          ...(settings.gzip ? { 'content-encoding': 'gzip' } : {}),
        },
      };
      const answer = await send(settings, request, signal);
      try {
        return read(answer, (header) => checkAnswer(header, id));
      } catch (error) {
        throw misread(settings, request, error, answer.redact);
      }
    },
    async dispose() {
      closed.abort();
    },
  };

  function read(
    { headers, bytes, redact }: RemoteAnswer,
    check: (header: Record<string, unknown>) => void,
  ): Record<string, BackendTensor> {
    const length = headers.get(HEADER_LENGTH);
    if (length === null && bytes[0] === 0x7b && !endsJson(bytes)) {
      const why = 'the page may not see Inference-Header-Content-Length; the server must expose it (CORS)';
      throw new RemoteFault('answer', why);
    }
    const { header, binary } = readMessage(bytes, length, redact);
    check(header);
    return decodeTensors(header, binary, outputs, redact);
  }
}

// Bytes that an answer may have: of each output, asked for or not, as many numbers as there are in the inputs, each written
// out in JSON at the longest, and as much again as is usual for what is around them.
function answerLimit(inputs: readonly WireTensor[], outputs: number): number {
  const numbers = inputs.reduce((sum, { entry }) => sum + entry.shape.reduce((a, b) => a * b, 1), 0);
  return 2 ** 20 + 32 * numbers * Math.max(1, outputs);
}

function endsJson(bytes: Uint8Array): boolean {
  const last = bytes.findLastIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d);
  return bytes[last] === 0x7d;
}

function byName(tensors: readonly ServerTensor[]): ReadonlyMap<string, ServerTensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

function find(
  tensors: ReadonlyMap<string, ServerTensor>,
  name: string,
  what: string,
  { model }: RemoteSettings,
): ServerTensor {
  const found = tensors.get(name);
  if (found !== undefined) return found;
  const there = [...tensors.keys()].join(', ') || 'none';
  throw new ClicksegError(
    'invalid-model',
    `remote: model '${model}' has no ${what} '${name}', but: ${there}`,
  );
}
