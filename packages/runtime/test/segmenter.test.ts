import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Backend, type BackendSession, createSegmenter, type Progress } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { describedModel, fakeBackend, graphOnly, metadata, onnx, picture } from './support.ts';

const tagged = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
const load = (data: Uint8Array, more: object = {}, backend = fakeBackend().backend) =>
  createSegmenter({ model: { data, metadata, ...more }, backend });

describe('createSegmenter', () => {
  it('reads what the model says about itself, and runs it', async () => {
    const segmenter = await createSegmenter({ model: { data: describedModel() }, backend: nodeBackend() });
    expect(segmenter.metadata).toMatchObject({ name: 'golden', spacing: 1, threshold: 0.442, sigma: 2 });
    expect(segmenter.provider).toBe('cpu');
    const interaction = await segmenter.open(picture(20, 30));
    interaction.add({ x: 3, y: 4, label: 'foreground' });
    const { probability } = await interaction.predict();
    expect(Math.min(...probability.data)).toBeGreaterThan(0.4);
    await segmenter.dispose();
  });

  it('takes an ArrayBuffer and shared memory', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(onnx.length));
    shared.set(onnx);
    const sha256 = createHash('sha256').update(onnx).digest('hex');
    await expect(load(shared, { sha256 }, nodeBackend())).resolves.toBeDefined();
    const buffer = onnx.slice().buffer as unknown as Uint8Array;
    await expect(load(buffer, { sha256: sha256.toUpperCase() })).resolves.toBeDefined();
  });

  it('tells its steps in order', async () => {
    const stages: string[] = [];
    const onProgress = ({ stage }: Progress) => void stages.push(stage);
    await createSegmenter({ model: { data: onnx, metadata }, backend: fakeBackend().backend, onProgress });
    expect(stages).toEqual(['check', 'load', 'warm-up', 'ready']);
  });

  it.each([
    ['a page of HTML', new TextEncoder().encode('<html>404</html>'), {}, 'invalid-model', 'web page'],
    ['a wrong digest', onnx, { sha256: '0'.repeat(64) }, 'invalid-model', 'SHA-256'],
    ['a digest that is none', onnx, { sha256: 'abc' }, 'invalid-option', 'abc'],
    ['no description', onnx, { metadata: undefined }, 'invalid-model', 'does not describe itself'],
    ['a broken description', describedModel('{'), { metadata: undefined }, 'invalid-model', 'not JSON'],
    [
      'one channel',
      graphOnly({ a: [1, 1, 'h', 'w'] }, { p: [1, 1, 'h', 'w'] }),
      {},
      'invalid-model',
      '[1, 1, h, w]',
    ],
    [
      'two classes',
      graphOnly({ a: [1, 3, 'h', 'w'] }, { p: [1, 2, 'h', 'w'] }),
      {},
      'invalid-model',
      '[1, 2, h, w]',
    ],
    [
      'a volume',
      graphOnly({ a: [1, 3, 8, 'h', 'w'] }, { p: [1, 1, 8, 'h', 'w'] }),
      {},
      'invalid-model',
      '[1, 3, 8',
    ],
    [
      'float16',
      graphOnly({ a: [1, 3, 'h', 'w'] }, { p: [1, 1, 'h', 'w'] }, 10),
      {},
      'invalid-model',
      'float16',
    ],
    [
      'a second input',
      graphOnly({ a: [1, 3, 'h', 'w'], b: [1] }, { p: [1, 1, 'h', 'w'] }),
      {},
      'invalid-model',
      'several inputs (a, b)',
    ],
    [
      'an input of a size that no memory holds',
      graphOnly({ a: [1, 3, 2 ** 40, 2 ** 40] }, { p: [1, 1, 'h', 'w'] }),
      {},
      'invalid-model',
      'fixed at 1099511627776',
    ],
    [
      'an output name that is not there',
      onnx,
      { metadata: { ...metadata, outputName: 'mask' } },
      'invalid-model',
      "no output 'mask', but: output",
    ],
    ['a path', 'model.onnx' as unknown as Uint8Array, {}, 'invalid-option', 'model.onnx'],
  ])('refuses %s, before the backend is asked', async (_, data, more, code, words) => {
    const fake = fakeBackend();
    await expect(load(data, more, fake.backend)).rejects.toThrow(tagged(code, words));
    expect(fake.calls.loads).toBe(0);
  });

  it('finds logits given for probabilities, and frees the session', async () => {
    const fake = fakeBackend({ answer: () => 3.5 });
    await expect(load(onnx, {}, fake.backend)).rejects.toThrow(tagged('invalid-model', "output: 'logits'"));
    expect(fake.calls.disposals).toBe(1);
    const logits = { metadata: { ...metadata, output: 'logits' as const } };
    const segmenter = await load(onnx, logits, fakeBackend({ answer: () => Math.log(3) }).backend);
    const interaction = await segmenter.open(picture(5, 5));
    interaction.add({ x: 1, y: 1, label: 'foreground' });
    expect((await interaction.predict()).probability.data[7]).toBeCloseTo(0.75, 6);
  });

  it('tags what the backend throws, and keeps the cause', async () => {
    const cause = new Error('out of memory');
    const broken = { name: 'broken', load: () => Promise.reject(cause) };
    await expect(load(onnx, {}, broken)).rejects.toThrow(tagged('backend-failed', 'out of memory'));
    await expect(load(onnx, {}, broken)).rejects.toMatchObject({ cause });
    await expect(load(onnx, {}, {} as typeof broken)).rejects.toThrow(tagged('invalid-option'));
  });

  it.each<[string, Partial<BackendSession> | undefined]>([
    ['loads nothing', undefined],
    ['runs nothing', {}],
    ['answers nothing', { run: async () => undefined as never }],
    ['answers no tensor', { run: async (_, { outputs }) => ({ [outputs[0]]: null as never }) }],
    ['rejects with what cannot be shown', { run: () => Promise.reject(Object.create(null)) }],
  ])('tags a backend that %s', async (_, session) => {
    const whole = session && { provider: 'odd', dispose: async () => undefined, ...session };
    const odd: Backend = { name: 'odd', load: async () => whole as BackendSession };
    await expect(load(onnx, {}, odd)).rejects.toThrow(tagged('backend-failed', 'odd'));
  });

  it('tags what a backend rejects with while it loads, also what cannot be shown', async () => {
    for (const reason of [Object.create(null), undefined, 'a word', Symbol('s')]) {
      const odd: Backend = { name: 'odd', load: () => Promise.reject(reason) };
      await expect(load(onnx, {}, odd)).rejects.toThrow(tagged('backend-failed', 'odd'));
    }
  });

  it('tells what failed, and not that freeing the model then failed too', async () => {
    const failing = (dispose: () => Promise<void>): Backend => ({
      name: 'failing',
      load: async () => ({ provider: 'failing', run: () => Promise.reject(new Error('the run')), dispose }),
    });
    const thrown = () => {
      throw new Error('the end');
    };
    for (const dispose of [thrown, () => Promise.reject(new Error('the end'))]) {
      await expect(load(onnx, {}, failing(dispose))).rejects.toThrow(tagged('backend-failed', 'the run'));
    }
  });

  it.each(['check', 'load', 'warm-up', 'ready'])(
    'heeds an abort by whoever is told that it comes to "%s", and leaves no session behind',
    async (stage) => {
      const fake = fakeBackend();
      const controller = new AbortController();
      const reason = new Error('closed the tab');
      const loading = createSegmenter({
        model: { data: onnx, metadata },
        backend: fake.backend,
        signal: controller.signal,
        onProgress: (progress) => progress.stage === stage && controller.abort(reason),
      });
      await expect(loading).rejects.toBe(reason);
      expect(fake.calls.disposals).toBe(fake.calls.loads);
      expect(fake.calls.runs).toBe(stage === 'ready' ? 1 : 0);
    },
  );

  it("rejects with the signal's reason, and leaves no session behind", async () => {
    const reason = new Error('closed the tab');
    await expect(
      createSegmenter({
        model: { data: onnx, metadata },
        backend: fakeBackend().backend,
        signal: AbortSignal.abort(reason),
      }),
    ).rejects.toBe(reason);
    const fake = fakeBackend();
    const controller = new AbortController();
    const onProgress = ({ stage }: Progress) => stage === 'warm-up' && controller.abort(reason);
    const model = { data: onnx, metadata };
    const { signal } = controller;
    await expect(createSegmenter({ model, backend: fake.backend, signal, onProgress })).rejects.toBe(reason);
    expect(fake.calls).toMatchObject({ loads: 1, disposals: 1 });
  });

  it('opens a second image without loading the model again', async () => {
    const fake = fakeBackend();
    const segmenter = await load(onnx, {}, fake.backend);
    const first = await segmenter.open(picture(10, 10));
    const second = await segmenter.open(picture(30, 20));
    first.add({ x: 1, y: 1, label: 'foreground' });
    second.add({ x: 19, y: 29, label: 'foreground' });
    const [a, b] = await Promise.all([first.predict(), second.predict()]);
    expect(a.mask.data[11]).toBe(1);
    expect(b.mask.data[29 * 20 + 19]).toBe(1);
    expect(b.mask.shape).toEqual([30, 20]);
    expect(fake.calls.loads).toBe(1);
  });

  it('waits for the run under way before it frees the model, once', async () => {
    const fake = fakeBackend();
    const segmenter = await load(onnx, {}, fake.backend);
    const interaction = await segmenter.open(picture(10, 10));
    interaction.add({ x: 1, y: 1, label: 'foreground' });
    fake.hold();
    const running = interaction.predict();
    const waiting = interaction.predict();
    const gone = Promise.all([segmenter.dispose(), segmenter.dispose()]);
    await expect(waiting).rejects.toThrow(tagged('disposed'));
    expect(fake.calls.disposals).toBe(0);
    await fake.release();
    expect((await running).area).toBeGreaterThan(0);
    await gone;
    expect(fake.calls.disposals).toBe(1);
    await expect(segmenter.open(picture(4, 4))).rejects.toThrow(tagged('disposed'));
    await expect(interaction.predict()).rejects.toThrow(tagged('disposed'));
    expect(() => interaction.add({ x: 1, y: 1, label: 'foreground' })).toThrow(tagged('disposed'));
  });
});
