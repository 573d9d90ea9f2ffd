import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadServedModel } from '@clickseg/example-serve/model';
import { createServer } from '@clickseg/example-serve/serve';
import { nodeBackend } from '@clickseg/runtime/node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { evaluateCommand } from '../src/commands/evaluate-command.ts';
import { EXIT } from '../src/commands/exit.ts';
import { reportOf } from './program.ts';
import { scratchFolder, writePhantoms, writeTinyModel } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  scratch = await scratchFolder();
});
afterAll(() => scratch.remove());

it('networks on a server (Open Inference Protocol) score as they do here', async () => {
  const data = await writePhantoms(join(scratch.path, 'data'), 2);
  const model = await writeTinyModel(join(scratch.path, 'tiny.onnx'));
  const app = createServer(await loadServedModel(await readFile(model), nodeBackend({ threads: 1 })), {
    name: 'served',
  });
  try {
    const remote = await app.listen({ port: 0, host: '127.0.0.1' });
    const options = { data, clicks: '1,3', limit: 4, methods: 'model,random', gallery: true };
    const out = (name: string) => join(scratch.path, name);
    expect(await evaluateCommand({ ...options, model: [model], out: out('here') })).toBe(EXIT.complete);
    expect(await evaluateCommand({ ...options, model: ['served'], remote, out: out('there') })).toBe(
      EXIT.complete,
    );
    // All but what the model is known by: of one on a server that is its description, not its weights.
    const nameless = (report: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(report).map(([file, text]) => [
          file,
          text
            .replaceAll(/SHA-256 [0-9a-f]+/g, 'SHA-256')
            .replaceAll(/run [0-9a-f]{12}/g, 'run')
            .replaceAll(/(run(?:<\/th><td>| \| ))[0-9a-f]{16}/g, '$1'),
        ]),
      );
    expect(nameless(reportOf(out('there')))).toEqual(nameless(reportOf(out('here'))));
  } finally {
    await app.close();
  }
});
