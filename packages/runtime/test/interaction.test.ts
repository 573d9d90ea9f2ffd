import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSegmenter, type Interaction, type Prediction, type Segmenter } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { metadata, onnx, picture } from './support.ts';

const tagged = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
const at = (x: number, y: number) => ({ x, y, label: 'foreground' }) as const;
const not = (x: number, y: number) => ({ x, y, label: 'background' }) as const;

/** The random U-Net on the CPU: its answer depends on every pixel and every click, to the last bit. */
let segmenter: Segmenter;
beforeAll(async () => {
  segmenter = await createSegmenter({
    model: { data: onnx, metadata },
    backend: nodeBackend({ threads: 1 }),
  });
});
const image = picture(40, 52);
const fresh = async (clicks: Parameters<Interaction['add']>[0][]): Promise<Prediction> => {
  const interaction = await segmenter.open(image);
  for (const click of clicks) interaction.add(click);
  return interaction.predict();
};

describe('editing', () => {
  it('gives each click an id of its own, never used again', async () => {
    const it = await segmenter.open(image);
    const [a, b] = [it.add(at(1, 2)), it.add(not(3, 4))];
    it.remove(b);
    const c = it.add(at(5, 6));
    expect(new Set([a, b, c]).size).toBe(3);
    expect(it.clicks).toEqual([
      { id: a, x: 1, y: 2, label: 'foreground' },
      { id: c, x: 5, y: 6, label: 'foreground' },
    ]);
  });

  it('refuses a click outside the image before anything changes', async () => {
    const it = await segmenter.open(image);
    const id = it.add(at(1, 1));
    const before = it.clicks;
    for (const [x, y] of [
      [-0.51, 0],
      [52, 0],
      [51.5, 0],
      [0, 39.5],
      [Number.NaN, 0],
      [0, Infinity],
    ]) {
      expect(() => it.add(at(x, y))).toThrow(tagged('invalid-point', 'width 52, height 40'));
      expect(() => it.move(id, { x, y })).toThrow(tagged('invalid-point'));
    }
    expect(() => it.add({ x: 1, y: 1, label: 'fg' as 'foreground' })).toThrow(tagged('invalid-point', 'fg'));
    expect(() => it.add(null as never)).toThrow(tagged('invalid-point'));
    expect(it.clicks).toBe(before);
    expect([it.add(at(-0.5, -0.5)), it.add(at(51.49, 39.49))]).toHaveLength(2);
  });

  it('names an unknown id', async () => {
    const it = await segmenter.open(image);
    it.add(at(1, 1));
    expect(() => it.move(99, { x: 1, y: 1 })).toThrow(tagged('unknown-click', '99'));
    expect(() => it.remove(99)).toThrow(tagged('unknown-click', '99'));
  });

  it('undoes and redoes every kind of edit, a drag as one', async () => {
    const it = await segmenter.open(image);
    const seen = [it.clicks];
    const id = it.add(at(1, 1));
    seen.push(it.clicks);
    for (let x = 2; x < 20; x++) it.move(id, { x, y: 1 });
    seen.push(it.clicks);
    it.add(not(3, 3));
    seen.push(it.clicks);
    it.move(id, { x: 30, y: 1 });
    seen.push(it.clicks);
    it.remove(id);
    seen.push(it.clicks);
    it.clear();
    seen.push(it.clicks);
    for (const clicks of seen.slice(0, -1).reverse()) {
      expect(it.undo()).toBe(true);
      expect(it.clicks).toEqual(clicks);
    }
    expect([it.undo(), it.canUndo, it.canRedo]).toEqual([false, false, true]);
    for (const clicks of seen.slice(1)) {
      expect(it.redo()).toBe(true);
      expect(it.clicks).toEqual(clicks);
    }
    expect([it.redo(), it.canRedo]).toEqual([false, false]);
  });

  it('forgets what was undone at the next edit, and begins a new drag after an undo', async () => {
    const it = await segmenter.open(image);
    const id = it.add(at(1, 1));
    it.move(id, { x: 2, y: 1 });
    it.move(id, { x: 3, y: 1 });
    it.undo();
    it.move(id, { x: 4, y: 1 });
    expect(it.redo()).toBe(false);
    it.undo();
    expect(it.clicks[0].x).toBe(1);
  });

  it('makes no undo step of a move to where the click is, nor does that end the drag', async () => {
    const it = await segmenter.open(image);
    const id = it.add(at(1, 1));
    const before = it.clicks;
    it.move(id, { x: 1, y: 1 });
    expect(it.clicks).toBe(before);
    for (const x of [2, 2, 3]) it.move(id, { x, y: 1 });
    it.undo();
    expect(it.clicks).toBe(before);
    it.undo();
    it.redo();
    it.move(id, { x: 1, y: 1 });
    // What was undone can still be redone: nothing was edited.
    expect(it.canRedo).toBe(true);
  });

  it('undoes two drags of one click apart where their gestures ended, together where not', async () => {
    for (const [ended, left] of [
      [true, 5],
      [false, 1],
    ] as const) {
      const it = await segmenter.open(image);
      const id = it.add(at(1, 1));
      for (const x of [3, 5]) it.move(id, { x, y: 1 });
      await it.predict();
      if (ended) it.endGesture();
      for (const x of [7, 9]) it.move(id, { x, y: 1 });
      it.undo();
      expect(it.clicks[0].x).toBe(left);
    }
  });

  it('undoes a click that was placed and dragged in one gesture as one', async () => {
    const it = await segmenter.open(image);
    const id = it.add(at(1, 1), { drag: true });
    it.move(id, { x: 3, y: 1 });
    it.move(id, { x: 5, y: 1 });
    it.endGesture();
    it.move(id, { x: 9, y: 1 });
    it.undo();
    expect(it.clicks[0].x).toBe(5);
    it.undo();
    expect([it.clicks, it.canUndo]).toEqual([[], false]);
    it.redo();
    expect(it.clicks[0].x).toBe(5);
  });
});

describe('dispose', () => {
  it('lets go of buffers and clicks, also where the interaction itself is kept', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = async (most = Number.NEGATIVE_INFINITY) => {
      for (let i = 0; i < (most > 0 ? 100 : 5); i++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (process.memoryUsage().arrayBuffers <= most) break;
      }
      return process.memoryUsage().arrayBuffers;
    };
    const open = async () => {
      const it = await segmenter.open(picture(512, 512));
      it.add(at(9, 9));
      await it.predict();
      return it;
    };
    const before = await held();
    const kept = await open();
    expect(await held()).toBeGreaterThan(before + 3e6);
    await kept.dispose();
    expect(await held(before + 2e5)).toBeLessThanOrEqual(before + 2e5);
    expect([kept.shape, kept.clicks, kept.canUndo, kept.canRedo]).toEqual([[512, 512], [], false, false]);
    expect(() => kept.toJSON()).toThrow(tagged('disposed'));
    await kept.dispose();
  }, 20_000);

  it('lets a prediction that runs end as it would have', async () => {
    const it = await segmenter.open(image);
    it.add(at(9, 9));
    const running = it.predict();
    const disposal = it.dispose();
    expect((await running).mask).toEqual((await fresh([at(9, 9)])).mask);
    await disposal;
  });
});

describe('predict', () => {
  it('restores a prediction bit for bit on undo, whatever was clicked in between', async () => {
    const it = await segmenter.open(image);
    const id = it.add(at(10, 10));
    it.add(not(30, 20));
    const before = await it.predict();
    it.move(id, { x: 40, y: 33 });
    await it.predict();
    it.add(at(11, 10));
    await it.predict();
    it.remove(id);
    await it.predict();
    it.undo();
    it.undo();
    it.undo();
    const after = await it.predict();
    expect(after.probability.data).toEqual(before.probability.data);
    expect(after.mask).toEqual(before.mask);
    expect(before.area).toBeGreaterThan(0);
    expect(before.area).toBeLessThan(40 * 52);
  });

  it('answers a drag as it answers a fresh click at its end', async () => {
    const it = await segmenter.open(image);
    const id = it.add(at(1, 1));
    for (let x = 2; x <= 30; x += 7) {
      it.move(id, { x, y: x });
      await it.predict();
    }
    it.move(id, { x: 33, y: 21 });
    expect((await it.predict()).probability.data).toEqual((await fresh([at(33, 21)])).probability.data);
  });

  it('counts two clicks on one pixel of the working grid once', async () => {
    const coarse = await createSegmenter({
      model: { data: onnx, metadata: { ...metadata, spacing: 2 } },
      backend: nodeBackend({ threads: 1 }),
    });
    const answers = [];
    // Image pixels 10 and 11 share the working pixel 5.
    for (const clicks of [[at(10, 10)], [at(10, 10), at(11, 11)], [at(10, 10), at(12, 11)]]) {
      const it = await coarse.open(image, { spacing: { x: 1, y: 1 } });
      for (const click of clicks) it.add(click);
      answers.push((await it.predict()).probability.data);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).not.toEqual(answers[0]);
    await coarse.dispose();
  });

  it('has an empty answer without a foreground click', async () => {
    const it = await segmenter.open(image);
    for (const edit of [() => {}, () => void it.add(not(3, 3))]) {
      edit();
      const { mask, probability, area, contours } = await it.predict();
      expect(mask.data.some((v) => v !== 0) || probability.data.some((v) => v !== 0)).toBe(false);
      expect([area, contours.length]).toEqual([0, 0]);
    }
  });

  it('reads a strided slice of a volume as it reads a dense copy', async () => {
    const volume = Int16Array.from({ length: 5 * 24 * 40 }, (_, i) => (i * 7919) % 997);
    const slice = { data: volume, shape: [24, 40], stride: [-40, 1], offset: 3 * 24 * 40 + 23 * 40 };
    const dense = picture(24, 40, (y, x) => volume[3 * 24 * 40 + (23 - y) * 40 + x]);
    const answers = [];
    for (const given of [slice, dense]) {
      const it = await segmenter.open(given, { spacing: [1.3, 0.8] });
      it.add(at(12, 6));
      answers.push((await it.predict()).probability.data);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it('measures the mask in mm2 by the spacing of each axis, in pixels without one', async () => {
    const count = async (spacing?: { x: number; y: number }) => {
      const it = await segmenter.open(image, { spacing });
      it.add(at(20, 20));
      const { mask, area, areaUnit } = await it.predict();
      return { pixels: mask.data.reduce((a, v) => a + v, 0), area, areaUnit };
    };
    const mm = await count({ x: 0.5, y: 3 });
    expect(mm.area).toBeCloseTo(mm.pixels * 1.5, 9);
    expect(mm.areaUnit).toBe('mm2');
    const px = await count();
    expect(px).toMatchObject({ area: px.pixels, areaUnit: 'px' });
  });

  it.each([
    [1, 1],
    [33, 1],
    [1, 33],
  ])('answers without NaN on an image of %i x %i', async (h, w) => {
    const it = await segmenter.open(picture(h, w), { spacing: { x: 0.4, y: 0.4 } });
    it.add(at(0, 0));
    const { probability, mask } = await it.predict();
    expect(mask.shape).toEqual([h, w]);
    expect(probability.data.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  it('answers without NaN on a constant image', async () => {
    const it = await segmenter.open(picture(20, 20, () => -1000));
    it.add(at(3, 3));
    expect((await it.predict()).probability.data.every((v) => v > 0 && v < 1)).toBe(true);
  });

  it('refuses an image with a NaN when it is opened', async () => {
    const bad = picture(9, 9, (y, x) => (x === 2 && y === 7 ? Number.NaN : x));
    await expect(segmenter.open(bad)).rejects.toThrow(tagged('not-finite', 'x 2, y 7'));
  });

  it('does not change its input, nor what it answered before', async () => {
    const own = picture(30, 30);
    const copy = own.data.slice();
    const it = await segmenter.open(own);
    it.add(at(3, 3));
    const first = await it.predict();
    const kept = first.probability.data.slice();
    it.add(at(20, 20));
    await it.predict();
    expect(own.data).toEqual(copy);
    expect(first.probability.data).toEqual(kept);
    expect(first.clicks).toHaveLength(1);
  });

  it('says where the time went', async () => {
    const { timings } = await fresh([at(5, 5)]);
    const parts = timings.waiting + timings.guidance + timings.inference + timings.resample;
    expect(timings.inference).toBeGreaterThan(0);
    expect(timings.total).toBeGreaterThanOrEqual(parts - 1e-6);
  });
});

describe('toJSON', () => {
  it('replays to the identical mask through text', async () => {
    const it = await segmenter.open(image);
    const id = it.add(at(10.25, 10));
    it.add(not(30, 20));
    it.move(id, { x: 12.75, y: 9 });
    await it.predict();
    it.lock(picture(40, 52, (_, x) => (x < 8 ? 1 : 0)));
    const answer = await it.predict();
    const copy = await segmenter.open(image);
    copy.fromJSON(JSON.stringify(it));
    expect(copy.clicks).toEqual(it.clicks);
    expect((await copy.predict()).probability.data).toEqual(answer.probability.data);
    expect(it.clicks.map((click) => click.id)).not.toContain(copy.add(at(1, 1)));
    copy.undo();
    copy.undo();
    expect(copy.clicks).toEqual([]);
  });

  it('takes the clicks of another model where that is said, and writes its own name', async () => {
    const it = await segmenter.open(image);
    it.add(at(10, 10));
    const json = it.toJSON();
    const theirs = { ...json, model: { name: 'golden-8bit', version: '0' } };
    const copy = await segmenter.open(image);
    expect(() => copy.fromJSON(theirs)).toThrow(tagged('invalid-file', 'otherModel'));
    expect(() => copy.fromJSON(theirs, { otherModel: false })).toThrow(tagged('invalid-file'));
    copy.fromJSON(JSON.stringify(theirs), { otherModel: true });
    expect(copy.toJSON()).toEqual(json);
    const small = { ...theirs, image: { ...json.image, shape: [9, 9] as const } };
    expect(() => copy.fromJSON(small, { otherModel: true })).toThrow(tagged('shape-mismatch'));
  });

  it('takes a spacing that differs by rounding, and no other', async () => {
    const open = (spacing?: [number, number] | null) => segmenter.open(image, { spacing });
    const json = (await open([0.7, 0.8])).toJSON();
    for (const spacing of [
      [0.70000001, 0.8],
      [Math.fround(0.7), 0.80007],
    ] as [number, number][])
      (await open(spacing)).fromJSON(json);
    const bare = (await open(null)).toJSON();
    for (const spacing of [[0.7, 0.801], [0.8, 0.7], undefined, null] as (
      | [number, number]
      | undefined
      | null
    )[]) {
      const other = await open(spacing);
      expect(() => other.fromJSON(json)).toThrow(tagged('invalid-file', '0.7,0.8'));
      if (spacing) expect(() => other.fromJSON(bare)).toThrow(tagged('invalid-file', 'of none'));
      else other.fromJSON(bare);
    }
    const half = { ...json, image: { ...json.image, spacing: [0.7] } };
    const same = await open([0.7, 0.8]);
    expect(() => same.fromJSON(half)).toThrow(tagged('invalid-file'));
  });

  it('refuses what would not replay, and changes nothing', async () => {
    const it = await segmenter.open(image);
    it.add(at(10, 10));
    const json = it.toJSON();
    const changed = (change: object) => ({ ...json, ...change }) as typeof json;
    expect(() => it.fromJSON('{')).toThrow(tagged('invalid-file'));
    expect(() => it.fromJSON('null')).toThrow(tagged('invalid-file'));
    expect(() => it.fromJSON(changed({ version: 2 }))).toThrow(tagged('invalid-file', 'version 2'));
    expect(() => it.fromJSON(changed({ model: { name: 'x', version: '1' } }))).toThrow(
      tagged('invalid-file', 'x 1'),
    );
    expect(() => it.fromJSON(changed({ image: { ...json.image, shape: [9, 9] } }))).toThrow(
      tagged('shape-mismatch'),
    );
    expect(() => it.fromJSON(changed({ image: { ...json.image, spacing: [2, 2] } }))).toThrow(
      tagged('invalid-file', '2,2'),
    );
    expect(() => it.fromJSON(changed({ clicks: [{ id: 1, ...at(99, 0) }] }))).toThrow(
      tagged('invalid-point'),
    );
    expect(() => it.fromJSON(changed({ clicks: [json.clicks[0], json.clicks[0]] }))).toThrow(
      tagged('invalid-file'),
    );
    expect(() => it.fromJSON(changed({ locked: [0, 5] }))).toThrow(tagged('invalid-file', '5 of 2080'));
    expect(it.toJSON()).toEqual(json);
  });
});
