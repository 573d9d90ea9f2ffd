import { afterEach, describe, expect, it } from 'vitest';
import { conformanceModel } from '../src/conformance/index.ts';
import { type Backend, createSegmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { metadata, picture } from './support.ts';

const tagged = (code: string) => expect.objectContaining({ code });
const bytes = conformanceModel();
const text = (s: string) => new TextEncoder().encode(s);

/** A real backend that counts what it has handed out. */
const sessions = { made: 0, freed: 0 };
const counting: Backend = {
  name: 'counting',
  async load(model, options) {
    const session = await nodeBackend({ threads: 1 }).load(model, options);
    sessions.made++;
    return {
      ...session,
      async dispose() {
        await session.dispose();
        sessions.freed++;
      },
    };
  },
};
afterEach(() => {
  expect(sessions.freed).toBe(sessions.made);
});

/** `MaxPool` to an operator that nobody knows: parses, and cannot be loaded. */
function withUnknownOperator(): Uint8Array {
  const copy = bytes.slice();
  const at = Buffer.from(bytes).indexOf('MaxPool');
  copy.set(text('MaxPoox'), at);
  return copy;
}

const model = { data: bytes, metadata: { ...metadata, threshold: 0.5 } };

describe('a bad model, on a real backend', () => {
  it.each([
    ['empty', { data: new Uint8Array() }, 'invalid-model'],
    ['cut off', { data: bytes.slice(0, 1500) }, 'invalid-model'],
    ['a page of HTML', { data: text('<!DOCTYPE html><title>404</title>') }, 'invalid-model'],
    ['of a wrong digest', { sha256: 'f'.repeat(64) }, 'invalid-model'],
    ['damaged inside', { data: withUnknownOperator() }, 'backend-failed'],
    ['of logits called probabilities', { metadata: { ...metadata, outputName: 'logits' } }, 'invalid-model'],
    ['of another output', { metadata: { ...metadata, outputName: 'mask' } }, 'invalid-model'],
  ])('is refused and leaves no session: %s', async (_, change, code) => {
    const loading = createSegmenter({ model: { ...model, ...change }, backend: counting });
    await expect(loading).rejects.toThrow(tagged(code));
  });
});

describe('with a good model', () => {
  const open = async () => {
    const segmenter = await createSegmenter({ model, backend: counting });
    const interaction = await segmenter.open(picture(37, 53));
    interaction.add({ x: 10, y: 10, label: 'foreground' });
    return { segmenter, interaction };
  };

  it('disposing twice, from both ends, during a prediction, frees one session', async () => {
    const { segmenter, interaction } = await open();
    const running = interaction.predict();
    const waiting = interaction.predict();
    const ends = Promise.all([interaction.dispose(), segmenter.dispose(), segmenter.dispose()]);
    await expect(waiting).rejects.toThrow(tagged('disposed'));
    expect((await running).mask.shape).toEqual([37, 53]);
    await ends;
  });

  it('keeps the clicks through aborts, refused input and a failed replay', async () => {
    const { segmenter, interaction } = await open();
    const before = interaction.clicks;
    const reason = new Error('away');
    await expect(interaction.predict({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(() => interaction.add({ x: 99, y: 0, label: 'foreground' })).toThrow(tagged('invalid-point'));
    expect(() => interaction.fromJSON('{}')).toThrow(tagged('invalid-file'));
    await expect(segmenter.open(picture(4, 4, () => Number.NaN))).rejects.toThrow(tagged('not-finite'));
    expect(interaction.clicks).toBe(before);
    expect((await interaction.predict()).mask.shape).toEqual([37, 53]);
    await segmenter.dispose();
  });

  it('fifty times opened and closed, frees fifty sessions', async () => {
    const begun = sessions.made;
    for (let i = 0; i < 50; i++) {
      const { segmenter, interaction } = await open();
      await interaction.predict();
      await segmenter.dispose();
    }
    expect(sessions.made - begun).toBe(50);
  });
});
