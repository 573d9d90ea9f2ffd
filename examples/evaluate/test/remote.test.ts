import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadServedModel } from '@clickseg/example-serve/model';
import { createServer } from '@clickseg/example-serve/serve';
import { nodeBackend } from '@clickseg/runtime/node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { evaluateCommand } from '../src/commands/evaluate-command.ts';
import { EXIT } from '../src/commands/exit.ts';
import { buildProgram, createPrograms, reportOf } from './program.ts';
import { scratchFolder, writePhantoms, writeTinyModel } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  scratch = await scratchFolder();
});
const { start, stop } = createPrograms();
afterAll(async () => {
  await stop();
  await scratch.remove();
});

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
    // Named by its option, as a user does.
    const program = start(process.execPath, [
      await buildProgram('evaluate-remote-test'),
      ...['--remote', remote, '--model', 'served', '--data', data, '--clicks', '1,3', '--limit', '4'],
      ...['--methods', 'model,random', '--out', out('program')],
    ]);
    expect(await program.ended, program.said()).toBe(EXIT.complete);
    expect(reportOf(out('program'))).toEqual(reportOf(out('there')));
  } finally {
    await app.close();
  }
});

it('a server that goes away ends the run, and --resume makes up for it; one that refuses a request does not', async () => {
  const data = await writePhantoms(join(scratch.path, 'outage-data'), 2);
  const model = await writeTinyModel(join(scratch.path, 'outage.onnx'));
  const app = createServer(await loadServedModel(await readFile(model), nodeBackend({ threads: 1 })), {
    name: 'served',
  });
  let requests = 0;
  let fault: 'away' | 'refuses' | undefined;
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.endsWith('/infer') || ++requests !== 20) {
      if (fault === 'away' && requests > 20) request.raw.destroy();
      return;
    }
    if (fault === 'away') request.raw.destroy();
    if (fault === 'refuses') await reply.code(400).send({ error: 'of no use' });
  });
  try {
    const remote = await app.listen({ port: 0, host: '127.0.0.1' });
    const out = (name: string) => join(scratch.path, name);
    const evaluate = (name: string, resume = false) => {
      requests = 0;
      const given = { data, clicks: '1,3', limit: 6, methods: 'model', model: ['served'], remote, resume };
      return evaluateCommand({ ...given, out: out(name), gallery: false });
    };
    const records = (name: string) => readFile(join(out(name), 'interactions.jsonl'), 'utf8');
    expect(await evaluate('steady')).toBe(EXIT.complete);

    fault = 'away';
    await expect(evaluate('outage')).rejects.toThrow(
      /^evaluate: tiny failed at phantom_\d, slice \d, \w+: remote: POST .* is recorded is kept, --resume goes on$/,
    );
    const kept = await records('outage');
    expect(kept.split('\n').length).toBeGreaterThan(3);
    expect(kept).not.toMatch(/leftOut|127\.0\.0\.1/);
    fault = undefined;
    expect(await evaluate('outage', true)).toBe(EXIT.complete);
    expect((await records('outage')).startsWith(kept)).toBe(true);
    expect(reportOf(out('outage'))).toEqual(reportOf(out('steady')));

    fault = 'refuses';
    expect(await evaluate('refused')).toBe(EXIT.incomplete);
    expect(reportOf(out('refused'))['left-out.csv']).toMatch(
      /,1,tiny: remote: 400 Bad Request: of no use\r\n$/,
    );
    expect(await records('refused')).not.toContain('127.0.0.1');
  } finally {
    await app.close();
  }
});
