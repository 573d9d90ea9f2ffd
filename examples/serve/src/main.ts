import { Worker } from 'node:worker_threads';
import { threadBackend } from '@clickseg/runtime/node';
import { readArguments, USAGE } from './arguments.ts';
import { StartFault } from './fault.ts';
import { listen } from './listen.ts';
import { openModel } from './open-model.ts';
import { createServer } from './serve.ts';

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2), process.env);
  if (given === undefined) return console.log(USAGE);
  const { model, host, port, threads, options } = given;
  // In a thread, so that health checks are answered and requests read while a batch runs.
  const thread = new URL('./thread.js', import.meta.url);
  const backend = threadBackend(() => new Worker(thread, { workerData: { threads } }));
  // A log whose reader has left (`| head -1`) is no reason to leave everyone else unserved.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const log = (line: string) => console.error(line);
  const app = createServer(await openModel(model, backend, log), { ...options, log });
  console.log(`${options.name} at ${await listen(app, host, port)}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Exits by itself but for the second server that Fastify has for `localhost`, which it does not see to its end.
    process.once(signal, () => void app.close().then(() => process.exit()));
  }
}

main().catch((error: unknown) => {
  const usage = (error as { code?: string })?.code?.startsWith('ERR_PARSE_ARGS');
  // What the person at the keyboard can mend needs no stack; anything else is ours and does.
  if (error instanceof StartFault) console.error(error.message);
  else if (usage) console.error(`serve: ${(error as Error).message}\n\n${USAGE}`);
  else console.error(error);
  process.exitCode = 1;
});
