import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { threadBackend } from '@clickseg/runtime/node';
import { loadServedModel } from './model.ts';
import { createServer } from './serve.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    name: { type: 'string', default: 'clickseg' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8000' },
    'max-batch': { type: 'string', default: '8' },
    'max-delay': { type: 'string', default: '2' },
    threads: { type: 'string' },
    precision: { type: 'string', default: 'fp32' },
    origin: { type: 'string' },
  },
});

function number(name: 'port' | 'max-batch' | 'max-delay' | 'threads', least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`--${name} ${values[name]} is not a whole number from ${least} on`);
  process.exit(2);
}

function precision(): 'fp32' | 'fp16' {
  if (values.precision === 'fp32' || values.precision === 'fp16') return values.precision;
  console.error(`--precision ${values.precision} is neither fp32 nor fp16`);
  process.exit(2);
}

async function modelBytes(): Promise<Uint8Array> {
  if (values.model !== undefined) return new Uint8Array(await readFile(values.model));
  const { loadModel } = await import('@clickseg/model-ct/node');
  return (await loadModel()).data;
}

const options = {
  name: values.name,
  maxBatch: number('max-batch', 1),
  maxDelay: number('max-delay', 0),
  precision: precision(),
  origin: values.origin,
  // Not an argument: those can be read by every user of the machine.
  token: process.env['CLICKSEG_TOKEN'],
};
const [host, port] = [values.host, number('port', 0)];
// onnxruntime's own choice, the physical cores, where not given.
const threads = values.threads === undefined ? undefined : number('threads', 1);
// In a thread, so that health checks are answered and requests read while a batch runs.
const thread = new URL('./thread.js', import.meta.url);
const backend = threadBackend(() => new Worker(thread, { workerData: { threads } }));
const app = createServer(await loadServedModel(await modelBytes(), backend), options);
console.log(`${values.name} at ${await app.listen({ host, port })}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close());
