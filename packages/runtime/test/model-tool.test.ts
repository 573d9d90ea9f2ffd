import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Backend, createSegmenter, readModel } from '../src/index.ts';
import { attachMetadata, checkModel, nodeBackend } from '../src/node/index.ts';
import { runTool } from '../src/node/model-tool/run-tool.ts';
import { graphOnly } from './support.ts';

/** PyTorch 1.13's export of a small click network with logits: see fixtures/foreign.py. */
const FOREIGN = new URL('../fixtures/foreign.onnx', import.meta.url).pathname;
const foreign = new Uint8Array(readFileSync(FOREIGN));
const describeIt = ['--name', 'discs', '--spacing', '1', '--size-multiple', '4'];
const folder = mkdtempSync(join(tmpdir(), 'clickseg-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function tool(...args: string[]) {
  const lines: string[] = [];
  const code = await runTool(args, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

const attached = join(folder, 'discs.onnx');
const attach = (...more: string[]) => tool('attach', FOREIGN, ...describeIt, '-o', attached, ...more);

describe('clickseg-model', () => {
  it('makes a foreign network one that the runtime loads and that finds the disc which was clicked', async () => {
    expect((await attach('--output', 'logits')).code).toBe(0);
    const data = new Uint8Array(readFileSync(attached));
    const segmenter = await createSegmenter({ model: { data }, backend: nodeBackend({ threads: 1 }) });
    const inDisc = (i: number, cx: number) => Math.hypot(Math.floor(i / 64) - 32, (i % 64) - cx) < 8;
    const image = Float32Array.from({ length: 4096 }, (_, i) => (inDisc(i, 16) || inDisc(i, 46) ? 100 : 0));
    const interaction = await segmenter.open({ data: image, shape: [64, 64] }, { spacing: [1, 1] });
    interaction.add({ x: 46, y: 32, label: 'foreground' });
    interaction.add({ x: 16, y: 32, label: 'background' });
    const { mask } = await interaction.predict();
    let [both, either] = [0, 0];
    mask.data.forEach((inside, i) => {
      if (inside && inDisc(i, 46)) both++;
      if (inside || inDisc(i, 46)) either++;
    });
    expect(both / either).toBeGreaterThan(0.85);
    await segmenter.dispose();
  });

  it('adds its description and leaves every other byte, also when it describes a model again', async () => {
    await attach('--output', 'logits');
    const once = new Uint8Array(readFileSync(attached));
    expect(once.subarray(0, foreign.length)).toEqual(foreign);
    const again = attachMetadata(once, { name: 'other', spacing: 0.5, sizeMultiple: 4 });
    expect(again.subarray(0, foreign.length)).toEqual(foreign);
    const { properties } = readModel(again);
    expect(JSON.parse(properties['clickseg'])).toMatchObject({ name: 'other', spacing: 0.5 });
    expect(new TextDecoder('latin1').decode(again).split('clickseg').length).toBe(2);
  });

  it('keeps what others wrote after the description', () => {
    const described = attachMetadata(foreign, { name: 'first', spacing: 1, sizeMultiple: 4 });
    // A property 'a' = 'b', as another tool may append it.
    const theirs = Uint8Array.of(0x72, 6, 0x0a, 1, 97, 0x12, 1, 98);
    const both = new Uint8Array([...described, ...theirs]);
    const again = attachMetadata(both, { name: 'second', spacing: 1, sizeMultiple: 4 });
    expect(again.subarray(foreign.length, foreign.length + theirs.length)).toEqual(theirs);
    expect(readModel(again).properties).toMatchObject({ a: 'b' });
    expect(readModel(again).properties['clickseg']).toContain('second');
  });

  it('shows inputs, outputs and the description', async () => {
    const bare = await tool('show', FOREIGN);
    expect(bare.text).toContain('made by pytorch');
    expect(bare.text).toContain('image_and_clicks [1,3,height,width]');
    expect(bare.text).toContain('no description');
    await attach('--output', 'logits', '--curve', '[[-175,-175],[275,275]]');
    const { text } = await tool('show', attached);
    expect(text).toContain('"output": "logits"');
    expect(text).toContain('275');
  });

  it('checks: says that it gives logits, and when the description denies it', async () => {
    const bare = await tool('check', FOREIGN);
    expect(bare.code).toBe(1);
    expect(bare.text).toMatch(/logits/);
    expect(bare.text).toMatch(/does not describe itself/);
    await attach();
    const denied = await tool('check', attached);
    expect(denied.code).toBe(1);
    expect(denied.text).toMatch(/says probability.*look like logits.*--output logits/);
    await attach('--output', 'logits');
    const good = await tool('check', attached);
    expect(good).toMatchObject({ code: 0 });
    expect(good.text).toContain('the runtime can use it');
  });

  it('describes and shows a model without onnxruntime-node, which only check needs', async () => {
    vi.resetModules();
    vi.doMock('onnxruntime-node', () => {
      throw new Error('not installed');
    });
    try {
      const bare = await import('../src/node/model-tool/run-tool.ts');
      const lines: string[] = [];
      const run = (...args: string[]) => bare.runTool(args, (line) => lines.push(line));
      expect(await run()).toBe(0);
      expect(await run('attach', FOREIGN, ...describeIt, '-o', join(folder, 'bare.onnx'))).toBe(0);
      expect(await run('show', join(folder, 'bare.onnx'))).toBe(0);
      expect(lines.join()).toContain('discs');
      await expect(run('check', FOREIGN)).rejects.toThrow();
    } finally {
      vi.doUnmock('onnxruntime-node');
      vi.resetModules();
    }
  });

  it('says of four channels that the last is the previous mask, and of three that it is not', async () => {
    const [four, out] = [join(folder, 'four.onnx'), join(folder, 'four-attached.onnx')];
    writeFileSync(four, graphOnly({ a: [1, 4, 'h', 'w'] }, { p: [1, 1, 'h', 'w'] }));
    const describeFour = (...more: string[]) =>
      tool('attach', four, '--name', 'four', '--spacing', '1', '-o', out, ...more);
    await expect(describeFour()).rejects.toThrow('unless its metadata say previousMask: true');
    await describeFour('--previous-mask', 'yes');
    const { properties } = readModel(new Uint8Array(readFileSync(out)));
    expect(JSON.parse(properties['clickseg'])).toMatchObject({ name: 'four', previousMask: true });
    await expect(describeFour('--previous-mask', 'maybe')).rejects.toThrow(
      '--previous-mask maybe is neither yes nor no',
    );
    await expect(attach('--previous-mask', 'yes')).rejects.toThrow('[1, 4, h, w] is needed');
    await attach('--previous-mask', 'no');
  });

  it('writes two passes, and keeps what no option names when it describes a model again', async () => {
    const zoom = { overview: 64, window: 32, margin: 1.6 };
    const again = (...more: string[]) => tool('attach', attached, '-o', attached, ...more);
    const said = () => JSON.parse(readModel(new Uint8Array(readFileSync(attached))).properties['clickseg']);
    await attach('--zoom', JSON.stringify(zoom), '--certainty', '0.9', '--curve', '[[-175,-175],[275,275]]');
    expect(said()).toMatchObject({ zoom, certainty: 0.9 });
    await again('--threshold', '0.4');
    expect(said()).toMatchObject({ name: 'discs', spacing: 1, threshold: 0.4, zoom, sizeMultiple: 4 });
    expect(said().normalization.curve).toHaveLength(2);
    await again('--zoom', 'none', '--certainty', 'none', '--curve', 'none');
    expect(said()).toMatchObject({ threshold: 0.4, normalization: { method: 'z-score' } });
    expect(said()).not.toHaveProperty('zoom');
    expect(said()).not.toHaveProperty('certainty');
    expect(said().normalization).not.toHaveProperty('curve');
    await expect(attach('--zoom', '64')).rejects.toThrow(/zoom/);
    await expect(attach('--zoom', '{')).rejects.toThrow(/--zoom \{ is not JSON/);
  });

  it.each([[['--help']], [['-h']], [['attach', '--help']]])('%j shows how it is used', async (args) => {
    const { code, text } = await tool(...args);
    expect(code).toBe(0);
    expect(text).toContain('clickseg-model attach');
    expect(text).toContain('--zoom');
  });

  it('tells what went wrong in a run, and not that freeing the model then failed too', async () => {
    const failing: Backend = {
      name: 'failing',
      load: async () => ({
        provider: 'failing',
        run: () => Promise.reject(new Error('the run')),
        dispose: () => Promise.reject(new Error('the end')),
      }),
    };
    await expect(checkModel(foreign, failing)).rejects.toThrow(
      expect.objectContaining({ code: 'backend-failed', message: expect.stringContaining('the run') }),
    );
    const code = expect.objectContaining({ code: 'invalid-option' });
    await expect(checkModel(foreign, null as never)).rejects.toThrow(code);
    await expect(checkModel('path' as never, failing)).rejects.toThrow(code);
  });

  it('refuses what cannot be meant, by value', async () => {
    await expect(tool('attach', FOREIGN, '--name', 'x', '-o', attached)).rejects.toThrow(/spacing NaN/);
    await expect(tool('attach', FOREIGN, '--name', 'x', '--spacing', '1')).rejects.toThrow(/-o/);
    await expect(attach('--kernel', 'box')).rejects.toThrow(/kernel box/);
    await expect(attach('--input-name', 'nothing')).rejects.toThrow(/'nothing'.*image_and_clicks/);
    await expect(tool('polish', FOREIGN)).rejects.toThrow(/'polish'/);
    await expect(tool('show', FOREIGN, '--loud')).rejects.toThrow(/loud/);
    await expect(tool('show', join(folder, 'none.onnx'))).rejects.toThrow(/ENOENT/);
    expect((await tool()).text).toContain('clickseg-model attach');
  });
});

const guide = readFileSync(new URL('../../../docs/training-elsewhere.md', import.meta.url), 'utf8');
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const [, built = ''] = /`clickseg-model` is `node (packages\/\S+)`/.exec(guide) ?? [];
const isBuilt = existsSync(join(repository, built));
if (!isBuilt) console.log(`clickseg-model in the repository: skipped, ${built} is not built (npm run build)`);

describe('docs/training-elsewhere.md', () => {
  it.skipIf(!isBuilt)('has a line for inside the repository that plain Node runs', () => {
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [built, ...args], { cwd: repository, encoding: 'utf8' });
    expect(run('show', FOREIGN)).toContain('image_and_clicks [1,3,height,width]');
    const out = join(folder, 'built.onnx');
    run('attach', FOREIGN, ...describeIt, '--output', 'logits', '-o', out);
    expect(run('check', out)).toContain('the runtime can use it');
  });

  it('names the file that the package has for the command', () => {
    const { bin } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(built).toBe(`packages/runtime/${bin['clickseg-model']}`);
  });

  it('shows the very script that made the network tested here', () => {
    const script = readFileSync(new URL('../fixtures/foreign.py', import.meta.url), 'utf8');
    expect(/```python\n([\s\S]*?)```/.exec(guide)?.[1]).toBe(script);
  });
});
