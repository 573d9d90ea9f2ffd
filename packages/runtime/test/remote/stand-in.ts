import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A request as it came in, taken apart by this file alone: nothing of the code under test is used. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The JSON in front, of an inference request. */
  readonly json: InferJson;
  /** What follows it. */
  readonly binary: Buffer;
}

interface InferJson {
  readonly id: string;
  readonly inputs: { name: string; datatype: string; shape: number[]; parameters: Record<string, number> }[];
  readonly outputs: { name: string; parameters: Record<string, unknown> }[];
}

/** Answers a request; what it does not answer stays open. */
export type Handler = (seen: Seen, response: ServerResponse) => void | Promise<void>;

export interface StandIn {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  /** Requests whose client went away before the answer. */
  readonly abandoned: () => number;
  close(): Promise<void>;
}

export const DESCRIPTION = {
  name: 'net',
  versions: ['1'],
  platform: 'onnxruntime_onnx',
  inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 3, -1, -1] }],
  outputs: [{ name: 'output', datatype: 'FP32', shape: [-1, 1, -1, -1] }],
};

/** A model server in a hundred lines of Node, to be made wrong in any way by `infer` and the other handlers. */
export async function standIn(
  options: {
    infer?: Handler;
    describe?: Handler | object;
    ready?: Handler;
    config?: Handler;
    port?: number;
  } = {},
): Promise<StandIn> {
  const { infer = echoImage, ready = (_, r) => void r.end(), describe = DESCRIPTION, config } = options;
  const seen: Seen[] = [];
  let abandoned = 0;
  const server = createServer(async (request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) abandoned++;
    });
    const one = await takeApart(request);
    seen.push(one);
    const notFound: Handler = (_, r) => reply(r, 404, { error: 'not found' });
    const handler = one.path.endsWith('/infer')
      ? infer
      : one.path.endsWith('/ready')
        ? ready
        : one.path.endsWith('/config')
          ? (config ?? notFound)
          : typeof describe === 'function'
            ? (describe as Handler)
            : (_: Seen, r: ServerResponse) => reply(r, 200, describe);
    await handler(one, response);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    abandoned: () => abandoned,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function takeApart(request: IncomingMessage): Promise<Seen> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    // The client went away.
  }
  const { method = '', url = '', headers } = request;
  const raw = Buffer.concat(parts);
  const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  const length = Number(headers['inference-header-content-length'] ?? body.length);
  const json = body.length > 0 ? JSON.parse(body.subarray(0, length).toString('utf8')) : {};
  return { method, path: url, headers, body: raw, json, binary: body.subarray(length) };
}

/** Any JSON with any status. */
export function reply(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

/** An inference response in bytes, as `extension_binary_data.md` has it; `change` makes it wrong. */
export function answer(
  response: ServerResponse,
  { id }: { id: string },
  values: Float32Array | Uint16Array,
  shape: readonly number[],
  change: { datatype?: string; size?: number; header?: object; cut?: number; length?: string | null } = {},
): void {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const datatype = change.datatype ?? (values instanceof Float32Array ? 'FP32' : 'FP16');
  const json = JSON.stringify({
    model_name: 'net',
    model_version: '1',
    id,
    outputs: [
      { name: 'output', datatype, shape, parameters: { binary_data_size: change.size ?? bytes.length } },
    ],
    ...change.header,
  });
  const body = Buffer.concat([Buffer.from(json), bytes]);
  const length = change.length === undefined ? String(Buffer.byteLength(json)) : change.length;
  response
    .writeHead(200, {
      'content-type': 'application/octet-stream',
      ...(length === null ? {} : { 'inference-header-content-length': length }),
    })
    .end(body.subarray(0, body.length - (change.cut ?? 0)));
}

/** The network of `blobs` in `../support.ts`: foreground minus background, nothing below 0. */
export const echoImage: Handler = ({ json, binary }, response) => {
  const [, , h, w] = json.inputs[0].shape;
  const input = new Float32Array(Uint8Array.from(binary).buffer);
  const n = h * w;
  const output = Float32Array.from({ length: n }, (_, i) => Math.max(0, input[n + i] - input[2 * n + i]));
  answer(response, json, output, [1, 1, h, w]);
};
