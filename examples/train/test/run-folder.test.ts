import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRun } from '../src/run-folder.ts';
import { step } from './step.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clickseg-run-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a run folder', () => {
  it('gives back the checkpoint that was saved last, and leaves no half file behind', async () => {
    const checkpoint = (await openRun(join(folder, 'deep/run'))).checkpoint(2);
    expect(await checkpoint.load()).toBeUndefined();
    await checkpoint.save(Uint8Array.of(1, 2, 3));
    await checkpoint.save(Uint8Array.of(4, 5));
    expect(await checkpoint.load()).toEqual(Uint8Array.of(4, 5));
    expect(await readdir(join(folder, 'deep/run'))).toEqual(['checkpoint-2.bin']);
  });

  it('keeps one line a step where a resumed run repeats some', async () => {
    const run = await openRun(folder);
    for (const s of [step(1, 0.9), step(2, 0.8), step(3, 0.7), step(3, 0.7), step(4, 0.6)]) run.log(s);
    await run.logged();
    expect((await run.steps()).map((s) => s.step)).toEqual([1, 2, 3, 4]);
  });

  it('says once that its log cannot be written, keeps the lines, and writes them when it can', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const log = join(folder, 'log.jsonl');
    await mkdir(log);
    const run = await openRun(folder);
    run.log(step(1, 0.9));
    run.log(step(2, 0.8));
    await expect(run.logged()).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringMatching(/log\.jsonl .*EISDIR/),
    });
    await expect(run.logged()).rejects.toThrow(/log\.jsonl .*EISDIR/);
    expect(said.mock.calls).toEqual([[expect.stringMatching(/^warning: .*log\.jsonl .*training goes on$/)]]);
    said.mockRestore();
    await rm(log, { recursive: true });
    run.log(step(3, 0.7));
    await run.logged();
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3]);
  });

  it('says once that a checkpoint cannot be written, and takes the next; throws only at the end', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const path = join(folder, 'checkpoint-1.bin');
    await mkdir(path);
    const run = await openRun(folder);
    const { save } = run.checkpoint(1);
    for (const byte of [1, 2]) await save(Uint8Array.of(byte));
    expect(said.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^warning: .*checkpoint-1\.bin cannot be written: EISDIR.*a stop goes back to the last$/,
        ),
      ],
    ]);
    const kind = {
      code: 'invalid-file',
      message: expect.stringMatching(/checkpoint-1\.bin cannot be written/),
    };
    await expect(run.saved()).rejects.toMatchObject(kind);
    await rm(path, { recursive: true });
    await run.saved();
    expect(await readFile(path)).toEqual(Buffer.of(2));
    await save(Uint8Array.of(3));
    await run.saved();
    expect(await readFile(path)).toEqual(Buffer.of(3));
    said.mockRestore();
  });

  it('names what it cannot read', async () => {
    await mkdir(join(folder, 'checkpoint-1.bin'));
    await expect((await openRun(folder)).checkpoint(1).load()).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringMatching(/checkpoint-1\.bin cannot be read: EISDIR/),
    });
  });

  it('goes on after a line that a full disk cut off', async () => {
    await writeFile(join(folder, 'log.jsonl'), `${JSON.stringify(step(1, 0.9))}\n{"step":2,"sam`);
    const run = await openRun(folder);
    run.log(step(2, 0.8));
    await run.logged();
    expect((await run.steps()).map((s) => s.step)).toEqual([1, 2]);
    const lines = (await readFile(join(folder, 'log.jsonl'), 'utf8')).split('\n');
    expect(lines).toEqual([expect.any(String), '{"step":2,"sam', JSON.stringify(step(2, 0.8)), '']);
  });

  it('reads no more of a long log than its last byte where it goes on', async () => {
    const log = join(folder, 'log.jsonl');
    await writeFile(log, '');
    // Larger than what Node reads at once, with nothing in it: a hole takes no room on a disk.
    const size = 3 * 2 ** 30;
    await truncate(log, size);
    const run = await openRun(folder);
    run.log(step(1, 0.9));
    await run.logged();
    expect((await stat(log)).size).toBe(size + 1 + JSON.stringify(step(1, 0.9)).length + 1);
  });

  it('says where it cannot be, with the system’s reason', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openRun(join(folder, 'file', 'run'))).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/--out .*file.run: ENOTDIR/),
    });
  });
});
