import { beforeAll, describe, expect, it } from 'vitest';
import { createSegmenter, type Segmenter } from '../src/index.ts';
import { fakeBackend, metadata, onnx, picture } from './support.ts';

const tagged = (code: string) => expect.objectContaining({ code });
/** What the fake network answers to a click each at these points: what `from` should find again. */
const dots = [
  { x: 6, y: 8 },
  { x: 22, y: 20 },
];
const mask = picture(30, 30, (y, x) => Number(dots.some((p) => (p.x - x) ** 2 + (p.y - y) ** 2 <= 5)));

let segmenter: Segmenter;
beforeAll(async () => {
  segmenter = await createSegmenter({
    model: { data: onnx, metadata: { ...metadata, threshold: 0.5 } },
    backend: fakeBackend().backend,
  });
});

describe('from', () => {
  it('finds the clicks that make the mask, as one step', async () => {
    const it = await segmenter.open(picture(30, 30));
    it.add({ x: 1, y: 1, label: 'foreground' });
    const before = it.clicks;
    const { dice } = await it.from(mask);
    expect(dice).toBe(1);
    expect(it.clicks.map(({ x, y }) => ({ x, y }))).toEqual(dots);
    expect((await it.predict()).mask.data).toEqual(Uint8Array.from(mask.data));
    it.undo();
    expect(it.clicks).toEqual(before);
  });

  it('keeps the clicks up to the best answer, and is the same every time', async () => {
    const large = picture(30, 30, (y, x) => Number(x > 3 && x < 26 && y > 3 && y < 26));
    for (const strategy of ['ritm', 'sakinis'] as const) {
      const runs = [];
      for (let i = 0; i < 2; i++) {
        const it = await segmenter.open(picture(30, 30));
        const { dice } = await it.from(large, { strategy, limit: 6 });
        expect(it.clicks.length).toBeLessThanOrEqual(6);
        const { area } = await it.predict();
        const inside = (await it.predict()).mask.data.reduce(
          (n, v, k) => n + (v && large.data[k] ? 1 : 0),
          0,
        );
        expect(dice).toBeCloseTo((2 * inside) / (area + 22 * 22), 9);
        runs.push(it.clicks.map(({ x, y, label }) => ({ x, y, label })));
      }
      expect(runs[1]).toEqual(runs[0]);
    }
  });

  it('ends with its interaction, and asks the network nothing more', async () => {
    const { backend, calls, hold, free } = fakeBackend();
    const shared = await createSegmenter({ model: { data: onnx, metadata }, backend });
    const [other, mine] = await Promise.all([shared.open(picture(30, 30)), shared.open(picture(30, 30))]);
    other.add({ x: 1, y: 1, label: 'foreground' });
    hold();
    const theirs = other.predict();
    const found = mine.from(mask);
    const refused = expect(found).rejects.toThrow(tagged('disposed'));
    const runs = calls.runs;
    const gone = mine.dispose();
    free();
    await Promise.all([theirs, refused, gone]);
    expect(calls.runs).toBe(runs);
  });

  it('ends with an AbortError where a newer one has begun, whose clicks stay', async () => {
    const it = await segmenter.open(picture(30, 30));
    const large = picture(30, 30, (y, x) => Number(x > 3 && x < 26 && y > 3 && y < 26));
    const [older, newer] = await Promise.allSettled([
      it.from(large, { limit: 8, patience: 8 }),
      it.from(mask),
    ]);
    expect(older).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect(newer).toMatchObject({ status: 'fulfilled', value: { dice: 1 } });
    expect(it.clicks.map(({ x, y }) => ({ x, y }))).toEqual(dots);
    it.undo();
    expect(it.clicks).toEqual([]);
  });

  it('goes on where a newer one is refused, and replaces what was clicked meanwhile, which undo brings back', async () => {
    const it = await segmenter.open(picture(30, 30));
    const found = it.from(mask);
    await expect(it.from(mask, { limit: 0 })).rejects.toThrow(tagged('invalid-option'));
    it.add({ x: 1, y: 1, label: 'background' });
    expect(await found).toEqual({ dice: 1 });
    expect(it.clicks.map(({ x, y }) => ({ x, y }))).toEqual(dots);
    it.undo();
    expect(it.clicks).toMatchObject([{ x: 1, y: 1, label: 'background' }]);
  });

  it('leaves the clicks alone when it is stopped or refused', async () => {
    const it = await segmenter.open(picture(30, 30));
    it.add({ x: 1, y: 1, label: 'foreground' });
    const before = it.clicks;
    const reason = new Error('enough');
    await expect(it.from(mask, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(it.from(picture(30, 30, () => 0))).rejects.toThrow(tagged('empty-mask'));
    await expect(it.from(picture(30, 29))).rejects.toThrow(tagged('shape-mismatch'));
    await expect(it.from(mask, { limit: 0 })).rejects.toThrow(tagged('invalid-option'));
    await expect(it.from(mask, { strategy: 'me' as 'ritm' })).rejects.toThrow(tagged('invalid-option'));
    expect(it.clicks).toBe(before);
  });
});
