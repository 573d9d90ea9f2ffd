import { createHash, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { toHalf, writeMessage } from '@clickseg/runtime/remote';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { atMost } from './at-most.ts';
import { BATCH_DEFAULTS, type BatchOptions, createBatcher } from './batcher.ts';
import { checkOptions } from './check-options.ts';
import { answerClientError } from './client-error.ts';
import { DRAIN_DEFAULTS, type DrainOptions, followConnections } from './drain.ts';
import { isGzip, takesGzip } from './encodings.ts';
import { ServeFault } from './fault.ts';
import { type InferRequest, readInferRequest } from './infer-request.ts';
import type { ServedModel } from './model.ts';
import { show } from './show.ts';

export interface ServeOptions extends Partial<BatchOptions>, Partial<DrainOptions> {
  /** The model's name in addresses; letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Wanted of every request but the health checks; visible ASCII. */
  readonly token?: string;
  /** Bytes of a request at most, also once decompressed; default {@link BODY_LIMIT}. */
  readonly bodyLimit?: number;
  /** What the tensors are on the wire; default `fp32`. */
  readonly precision?: 'fp32' | 'fp16';
  /** A page's origin that may call the server from a browser, such as `https://viewer.example`, or `*`. */
  readonly origin?: string;
  /** ms in which a request must be whole, else its client is told 408; default {@link REQUEST_TIMEOUT}. */
  readonly requestTimeout?: number;
  /** Takes a line of JSON for every answer of 500 and above, of readiness checks once a time; default: nobody does. */
  readonly log?: (line: string) => void;
}

/** Node's own, which Fastify switches off: 2 MB within it need 55 kbit/s. */
export const REQUEST_TIMEOUT = 300_000;

/** 17 MiB: a 1024 x 1024 image of four channels in floats, and the JSON before it. */
export const BODY_LIMIT = 17 * 2 ** 20;

const unzip = promisify(gunzip);
const zip = promisify(gzip);
// Under which clients may ask too that wrote a version into their addresses, whichever model is there.
const ANY_VERSION = '1';

/**
 * The Open Inference Protocol v2 for one model; not listening yet. `close()` answers what waits first.
 * @throws StartFault for options with which nothing could be served
 */
export function createServer(model: ServedModel, options: ServeOptions): FastifyInstance {
  checkOptions(options);
  const { name, token, bodyLimit = BODY_LIMIT, precision = 'fp32', origin, log } = options;
  const { requestTimeout = REQUEST_TIMEOUT } = options;
  const maxBatch = model.batches ? (options.maxBatch ?? BATCH_DEFAULTS.maxBatch) : 1;
  const batcher = createBatcher(model.run, {
    maxBatch,
    maxPixels: options.maxPixels ?? BATCH_DEFAULTS.maxPixels,
    maxDelay: options.maxDelay ?? BATCH_DEFAULTS.maxDelay,
    maxQueue: options.maxQueue ?? BATCH_DEFAULTS.maxQueue,
  });
  // A few kB become 17 MiB, and only then is there a queue that may be full.
  const unzipping = atMost(2);
  const datatype = precision === 'fp16' ? 'FP16' : 'FP32';
  const tensors = { ...model, ...model.metadata, datatype, maxBatch } as const;
  const app = Fastify({
    bodyLimit,
    requestTimeout,
    http: {
      connectionsCheckingInterval: Math.min(5000, requestTimeout),
      // No more than that one: Node takes the larger of the two for the body, whichever it is.
      headersTimeout: Math.min(60_000, requestTimeout),
    },
    clientErrorHandler: answerClientError,
    // Of addresses that the router cannot read, which come to no hook or handler below.
    frameworkErrors: ({ statusCode = 400 }, { url }, reply: FastifyReply) => {
      const why = statusCode === 414 ? 'part of the path is too long' : 'no valid path';
      void reply.code(statusCode).send({ error: `${why}: ${show(url)}` });
    },
    // Told below, as every other error is.
    return503OnClosing: false,
  });
  const connections = followConnections(app, {
    grace: options.grace ?? DRAIN_DEFAULTS.grace,
    stalled: options.stalled ?? DRAIN_DEFAULTS.stalled,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.setErrorHandler((error: FastifyError | ServeFault, request, reply) => {
    const status = error instanceof ServeFault ? error.status : (error.statusCode ?? 500);
    if (status >= 500) tell(status, request, error.message);
    // Fastify would end the connection; a client that is still sending then often sees no answer, but a torn one, and sends
    // all of it again. Node reads the rest and forgets it, for as long as a request may take.
    if (status === 413) void reply.removeHeader('connection');
    // The queue of a server that is full is shorter after a run or two; one that ends has others beside it.
    if (status === 503) void reply.header('retry-after', '1');
    void reply.code(status).send({ error: error.message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `no such path: ${show(request.url)}` }),
  );

  app.addHook('onRequest', async (request, reply) => {
    if (origin !== undefined) {
      void reply.header('access-control-allow-origin', origin);
      void reply.header('access-control-expose-headers', 'inference-header-content-length, retry-after');
      if (request.method === 'OPTIONS') {
        const allowed = 'authorization, content-type, content-encoding, inference-header-content-length';
        void reply.header('access-control-allow-headers', allowed);
        return reply.code(204).send();
      }
    }
    if (connections.draining()) throw new ServeFault(503, 'the server is shutting down');
    if (token === undefined || request.url.startsWith('/v2/health/')) return;
    // The scheme in any case (RFC 9110, 11.1), the token as it is.
    const [, given = ''] = /^bearer +(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!same(given, token)) throw new ServeFault(401, 'unauthorized');
  });
  app.addHook('preClose', async () => {
    await connections.drain();
    await batcher.close();
  });
  app.addHook('onClose', () => model.dispose());

  app.get('/v2/health/live', async () => ({ live: true }));
  app.get('/v2/health/ready', async (request, reply) => ready(request, reply, {}));
  app.get('/v2', async () => ({
    name: 'clickseg-serve',
    version: '0',
    extensions: ['binary_tensor_data', 'model_configuration'],
  }));
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get<Params>(path, async ({ params }) => {
      check(params);
      const [h, w] = model.fixed.map((side) => side ?? -1);
      const shape = (channels: number) => [model.batches ? -1 : 1, channels, h, w];
      return {
        name,
        versions: [model.version],
        platform: 'onnxruntime_onnx',
        inputs: [{ name: model.input, datatype, shape: shape(model.channels) }],
        outputs: model.outputs.map((each) => ({ name: each, datatype, shape: shape(1) })),
      };
    });
    app.get<Params>(`${path}/ready`, async (request, reply) => {
      check(request.params);
      return ready(request, reply, { name });
    });
    app.get<Params>(`${path}/config`, async ({ params }) => {
      check(params);
      return {
        name,
        max_batch_size: maxBatch,
        parameters: { clickseg: { string_value: JSON.stringify(model.metadata) } },
      };
    });
    app.post<Params>(`${path}/infer`, async ({ params, body, headers }, reply) => {
      check(params);
      // From here on, as a client may leave while its request is decompressed.
      const left = abandoned(reply);
      const bytes = await decode((body as Buffer) ?? Buffer.alloc(0), headers['content-encoding']);
      const length = headers['inference-header-content-length'] as string | undefined;
      const request = readInferRequest(bytes, length, tensors);
      const values = await batcher.run(request, left);
      return send(reply, values, request, takesGzip(headers['accept-encoding']));
    });
  }

  function check({ model: asked, version }: Params['Params']): void {
    if (asked === name && (version === undefined || [model.version, ANY_VERSION].includes(version))) return;
    const which = version === undefined ? `'${asked}'` : `'${asked}' version ${version}`;
    throw new ServeFault(404, `Request for unknown model: ${which} is not found`);
  }

  function tell(status: number, { method, routeOptions }: FastifyRequest, message: string): void {
    const [time, route] = [new Date().toISOString(), `${method} ${routeOptions.url}`];
    log?.(JSON.stringify({ time, status, route, message }));
  }

  let toldUnready = false;
  function ready(request: FastifyRequest, reply: FastifyReply, head: object): object {
    const is = model.ready();
    if (!is) void reply.code(503);
    // Whoever checks does so every few seconds.
    if (!is && !toldUnready) tell(503, request, 'the model is not ready');
    toldUnready = !is;
    return { ...head, ready: is };
  }

  async function decode(body: Buffer, encoding = 'identity'): Promise<Buffer> {
    if (encoding.toLowerCase() === 'identity') return body;
    if (!isGzip(encoding)) throw new ServeFault(415, `content-encoding ${show(encoding)} is not gzip`);
    try {
      return await unzipping(() => unzip(body, { maxOutputLength: bodyLimit }));
    } catch (error) {
      const large = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
      throw new ServeFault(large ? 413 : 400, large ? 'Request body is too large' : 'the body is no gzip');
    }
  }

  async function send(
    reply: FastifyReply,
    values: readonly Float32Array[],
    request: InferRequest,
    compress: boolean,
  ) {
    const shape = [request.count, 1, request.h, request.w];
    const head = {
      model_name: name,
      model_version: model.version,
      ...(request.id === undefined ? {} : { id: request.id }),
    };
    const parts: Uint8Array[] = [];
    const outputs = request.outputs.map((each, i) => {
      const output = { name: each, datatype, shape };
      if (!request.binary.has(each)) return { ...output, data: [...values[i]] };
      const wire = datatype === 'FP16' ? toHalf(values[i]) : values[i];
      parts.push(new Uint8Array(wire.buffer, wire.byteOffset, wire.byteLength));
      return { ...output, parameters: { binary_data_size: wire.byteLength } };
    });
    if (parts.length === 0) return { ...head, outputs };
    const { body, headerLength } = writeMessage({ ...head, outputs }, parts);
    // Of the JSON as it is before compression, as NVIDIA's client and server have it.
    void reply.header('inference-header-content-length', String(headerLength));
    void reply.type('application/octet-stream').header('vary', 'accept-encoding');
    if (!compress) return reply.send(Buffer.from(body.buffer));
    return reply.header('content-encoding', 'gzip').send(await zip(body, { level: 1 }));
  }
  return app;
}

interface Params {
  Params: { model: string; version?: string };
}

function abandoned({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  if (raw.destroyed) left.abort();
  raw.on('close', () => {
    if (!raw.writableFinished) left.abort();
  });
  return left.signal;
}

// Of digests, so that neither length nor place of a difference shows in the time it takes.
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
