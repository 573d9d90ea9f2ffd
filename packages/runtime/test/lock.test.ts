import { beforeAll, describe, expect, it } from 'vitest';
import { createSegmenter, type Segmenter } from '../src/index.ts';
import { addLocks } from '../src/locks.ts';
import { fakeBackend, metadata, onnx, picture } from './support.ts';

const at = (x: number, y: number) => ({ x, y, label: 'foreground' }) as const;
const tagged = (code: string) => expect.objectContaining({ code });
const left = picture(20, 20, (_, x) => (x < 10 ? 5 : 0));

let segmenter: Segmenter;
beforeAll(async () => {
  segmenter = await createSegmenter({ model: { data: onnx, metadata }, backend: fakeBackend().backend });
});

describe('lock', () => {
  it('keeps what the last prediction said in the region, inside and outside the mask', async () => {
    const it = await segmenter.open(picture(20, 20));
    it.add(at(4, 4));
    const before = (await it.predict()).mask.data;
    it.lock(left);
    it.clear();
    it.lock(left, { data: before, shape: [20, 20] });
    it.add(at(9, 15));
    const { mask, probability } = await it.predict();
    for (let i = 0; i < 400; i++) {
      if (i % 20 < 10) expect([mask.data[i], probability.data[i]]).toEqual([before[i], before[i]]);
    }
    expect([mask.data[15 * 20 + 9], mask.data[15 * 20 + 10]]).toEqual([0, 1]);
  });

  it('lets go on undo and on unlock', async () => {
    const it = await segmenter.open(picture(20, 20));
    it.add(at(4, 4));
    const free = (await it.predict()).probability.data;
    it.lock(left);
    expect((await it.predict()).probability.data).not.toEqual(free);
    it.undo();
    expect((await it.predict()).probability.data).toEqual(free);
    it.redo();
    it.unlock();
    expect((await it.predict()).probability.data).toEqual(free);
  });

  it('needs something to keep, of the right shape', async () => {
    const it = await segmenter.open(picture(20, 20));
    expect(() => it.lock(left)).toThrow(tagged('invalid-option'));
    expect(() => it.lock(picture(20, 19), left)).toThrow(tagged('shape-mismatch'));
    expect(() => it.lock(left, picture(1, 400))).toThrow(tagged('shape-mismatch'));
    expect(it.canUndo).toBe(false);
  });

  it('keeps its own copy of the last mask, which a caller may transfer away', async () => {
    const it = await segmenter.open(picture(20, 20));
    it.add(at(4, 4));
    const { mask } = await it.predict();
    structuredClone(mask.data, { transfer: [mask.data.buffer] });
    it.lock(left);
    it.remove(it.clicks[0].id);
    it.add(at(15, 15));
    expect((await it.predict()).mask.data[4 * 20 + 4]).toBe(1);
  });

  it('costs an undo step what its outline does, and not a map of the whole image', async () => {
    const n = 1024;
    const disc = Uint8Array.from({ length: n * n }, (_, i) =>
      Math.hypot((i % n) - 500, Math.floor(i / n) - 500) < 400 ? 1 : 0,
    );
    // A value and a count for what lies before the disc in each row, and for what of it.
    expect(addLocks(undefined, disc, disc).length).toBeLessThan(4 * 801);
    const it = await segmenter.open({ data: new Int16Array(n * n), shape: [n, n] });
    const region = { data: new Uint8Array(n * n), shape: [n, n] };
    for (let i = 0; i < 20; i++) {
      region.data[n * i + i] = 1;
      it.lock(region, region);
    }
    for (let i = 20; i > 0; i--) {
      const { locked } = it.toJSON();
      expect(locked?.filter((_, k) => k % 2 === 0).reduce((sum, v) => sum + v, 0)).toBe(2 * i);
      expect(locked?.filter((_, k) => k % 2 === 1).reduce((sum, v) => sum + v, 0)).toBe(n * n);
      it.undo();
    }
    expect(it.toJSON().locked).toBeUndefined();
  });

  it('is the same again from JSON, and can be locked further', async () => {
    const it = await segmenter.open(picture(20, 20));
    it.add(at(4, 4));
    await it.predict();
    it.lock(left);
    const json = it.toJSON();
    const again = await segmenter.open(picture(20, 20));
    again.fromJSON(JSON.stringify(json));
    expect(again.toJSON()).toEqual(json);
    const corner = picture(20, 20, (y, x) => (y > 15 && x > 15 ? 1 : 0));
    for (const each of [it, again]) each.lock(corner, corner);
    expect(again.toJSON()).toEqual(it.toJSON());
    const { mask } = await again.predict();
    expect(mask.data[19 * 20 + 19]).toBe(1);
    expect(mask.data.subarray(0, 10)).toEqual((await it.predict()).mask.data.subarray(0, 10));
  });
});
