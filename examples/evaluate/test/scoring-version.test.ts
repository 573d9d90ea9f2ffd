import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { scratchFolder, writePhantoms } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  scratch = await scratchFolder();
});
afterAll(() => scratch.remove());

it('a program that scores otherwise does not go on with records, and says why', async () => {
  const data = await writePhantoms(join(scratch.path, 'data'), 1);
  const evaluate = async (version: number, out: string, resume: boolean) => {
    vi.resetModules();
    vi.doMock('../src/run/scoring-version.ts', () => ({ SCORING_VERSION: version }));
    const { evaluateCommand } = await import('../src/commands/evaluate-command.ts');
    const given = { data, methods: 'disk', clicks: '1', gallery: false, resume };
    return evaluateCommand({ ...given, out: join(scratch.path, out) });
  };
  expect(await evaluate(1, 'first', false)).toBe(0);
  // As records from before there was a version.
  const text = readFileSync(join(scratch.path, 'first', 'interactions.jsonl'), 'utf8');
  expect(text).not.toContain('scoring');
  await expect(evaluate(2, 'first', true)).rejects.toThrow(
    /they differ in the version of the scores 1 and 2$/,
  );
  expect(await evaluate(2, 'second', false)).toBe(0);
  expect(await evaluate(2, 'second', true)).toBe(0);
  await expect(evaluate(1, 'second', true)).rejects.toThrow(
    /they differ in the version of the scores 2 and 1$/,
  );
});
