import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
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
    precision: { type: 'string', default: 'fp32' },
    origin: { type: 'string' },
  },
});

async function modelBytes(): Promise<Uint8Array> {
  if (values.model !== undefined) return new Uint8Array(await readFile(values.model));
  const { loadModel } = await import('@clickseg/model-ct/node');
  return (await loadModel()).data;
}

const app = createServer(await loadServedModel(await modelBytes()), {
  name: values.name,
  maxBatch: Number(values['max-batch']),
  maxDelay: Number(values['max-delay']),
  precision: values.precision === 'fp16' ? 'fp16' : 'fp32',
  origin: values.origin,
  // Not an argument: those can be read by every user of the machine.
  token: process.env['CLICKSEG_TOKEN'],
});
console.log(`${values.name} at ${await app.listen({ host: values.host, port: Number(values.port) })}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close());
