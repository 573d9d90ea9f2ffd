import type { Click } from '@clickseg/guidance';
import { boundingBox, crop, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import {
  type BackendTensor,
  createSegmenter,
  type Interaction,
  type ModelMetadataInput,
  resample,
  type Segmenter,
} from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { join, field as message, node, value, weights } from '../src/onnx/write-model.ts';
import { fakeBackend, graphOnly, picture } from './support.ts';

const at = (x: number, y: number) => ({ x, y, label: 'foreground' }) as const;
const not = (x: number, y: number) => ({ x, y, label: 'background' }) as const;
const described: ModelMetadataInput = { name: 'looks back', spacing: 1, previousMask: true };
const fourChannels = graphOnly({ a: [1, 4, 'h', 'w'] }, { p: [1, 1, 'h', 'w'] });

// A convolution of 3 x 3 over four channels and a sigmoid: enough for every channel and its place to matter.
const KERNEL = Float32Array.from({ length: 36 }, (_, k) => {
  const channel = Math.floor(k / 9);
  return [0.08, 2.2, -2.6, 0.35][channel] + 0.05 * ((k * 7) % 5) - 0.1;
});
const BIAS = -1.4;

function convolution(): Uint8Array {
  const graph = join([
    message(1, node('Conv', ['input', 'w', 'b'], 'logits', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })),
    message(1, node('Sigmoid', ['logits'], 'probability')),
    message(5, weights('w', [1, 4, 3, 3], KERNEL)),
    message(5, weights('b', [1], [BIAS])),
    message(11, value('input', [1, 4, 'h', 'w'])),
    message(12, value('probability', [1, 1, 'h', 'w'])),
  ]);
  return join([message(1, 8), message(8, join([message(1, ''), message(2, 13)])), message(7, graph)]);
}

/** The same by its definition. */
function answerByHand(input: Float64Array, H: number, W: number): Float64Array {
  const at = (c: number, y: number, x: number) =>
    y < 0 || y >= H || x < 0 || x >= W ? 0 : input[(c * H + y) * W + x];
  return Float64Array.from({ length: H * W }, (_, i) => {
    const [y, x] = [Math.floor(i / W), i % W];
    let z = BIAS;
    for (let k = 0; k < 36; k++) {
      const [c, dy, dx] = [Math.floor(k / 9), (Math.floor(k / 3) % 3) - 1, (k % 3) - 1];
      z += KERNEL[k] * at(c, y + dy, x + dx);
    }
    return 1 / (1 + Math.exp(-z));
  });
}

function gaussians(h: number, w: number, clicks: readonly Click[]): Float64Array {
  const g = (d: number) => (Math.abs(d) > 8 ? 0 : Math.exp(-(d * d) / 8));
  const map = Float64Array.from({ length: h * w }, (_, i) =>
    clicks.reduce((sum, { x, y }) => sum + g((i % w) - x) * g(Math.floor(i / w) - y), 0),
  );
  const most = Math.max(...map);
  return most === 0 ? map : map.map((v) => v / most);
}

describe('a model that reads the mask before the newest click', () => {
  it('answers as the recursion over its clicks, put together by hand', async () => {
    const [h, w, H, W] = [40, 52, 48, 64];
    const image = picture(h, w);
    const clicks = [at(10, 30), at(30, 12), not(14, 27), at(25, 20)];
    const mean = image.data.reduce((a, v) => a + v, 0) / (h * w);
    const deviation = Math.sqrt(image.data.reduce((a, v) => a + (v - mean) ** 2, 0) / (h * w));
    const byHand = (some: readonly Click[]): Float64Array => {
      const input = new Float64Array(4 * H * W);
      const before = some.length > 1 ? byHand(some.slice(0, -1)) : new Float64Array(h * w);
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          input[y * W + x] = (image.data[y * w + x] - mean) / deviation;
          input[3 * H * W + y * W + x] = before[y * w + x] >= 0.5 ? 1 : 0;
        }
      }
      for (const [c, label] of ['foreground', 'background'].entries()) {
        const map = gaussians(
          H,
          W,
          some.filter((click) => click.label === label),
        );
        input.set(map, (1 + c) * H * W);
      }
      const answer = answerByHand(input, H, W);
      return Float64Array.from({ length: h * w }, (_, i) => answer[Math.floor(i / w) * W + (i % w)]);
    };

    const segmenter = await createSegmenter({
      model: { data: convolution(), metadata: described },
      backend: nodeBackend({ threads: 1 }),
    });
    const interaction = await segmenter.open(image);
    const masks: string[] = [];
    for (const [i, click] of clicks.entries()) {
      interaction.add(click);
      const { probability, mask } = await interaction.predict();
      const expected = byHand(clicks.slice(0, i + 1));
      const worst = Math.max(...probability.data.map((p, k) => Math.abs(p - expected[k])));
      expect(worst).toBeLessThan(1e-5);
      masks.push(mask.data.join(''));
    }
    expect(new Set(masks).size).toBe(4);
    await segmenter.dispose();
  });

  const zoom = { overview: 32, window: 48, margin: 1.6 };

  it("sees it on the window's pixels, and finds the window by it without another overview", async () => {
    const inputs: BackendTensor[] = [];
    const { backend } = fakeBackend({
      answer: (_, foreground) => (foreground > 0.2 ? 0.9 : 0.1),
      seen: (input) => inputs.push(input),
    });
    const segmenter = await createSegmenter({
      model: { data: fourChannels, metadata: { ...described, zoom } },
      backend,
    });
    const interaction = await segmenter.open(picture(96, 96));
    interaction.add(at(40, 50));
    inputs.length = 0;
    const first = await interaction.predict();
    expect(inputs.map(({ dims }) => dims)).toEqual([
      [1, 4, 32, 32],
      [1, 4, 48, 48],
    ]);
    for (const { data } of inputs) expect(data.subarray((3 * data.length) / 4).includes(1)).toBe(false);
    interaction.add(at(60, 44));
    inputs.length = 0;
    const second = await interaction.predict();

    expect(inputs.map(({ dims }) => dims)).toEqual([[1, 4, 48, 48]]);
    // Beyond the window every probability is 0, within it at least 0.1.
    const window = boundingBox(
      raster(
        Uint8Array.from(second.probability.data, (p) => (p > 0 ? 1 : 0)),
        [96, 96],
      ),
    )!;
    const part = resample(crop(first.mask, window), [48, 48]).data;
    expect(inputs[0].data.subarray(3 * 48 * 48)).toEqual(Float32Array.from(part, (v) => (v >= 0.5 ? 1 : 0)));
    // Around the mask and the new click, 1.6 times as long as both, in steps of at most the square root of two.
    const covered = first.mask.data.slice();
    covered[44 * 96 + 60] = 1;
    const { start, shape } = boundingBox(raster(covered, [96, 96]))!;
    for (const axis of [0, 1]) {
      expect(window.start[axis]).toBeLessThan(start[axis]);
      expect(window.start[axis] + window.shape[axis]).toBeGreaterThan(start[axis] + shape[axis]);
    }
    const longest = Math.max(...shape);
    expect(window.shape[0]).toBeGreaterThan(1.4 * longest);
    expect(window.shape[0]).toBeLessThan(2.6 * longest);
    await segmenter.dispose();
  });

  it.each([
    ['came out empty', 96, () => 0.1],
    ["is too thin for the overview's pixels", 384, (_: number, f: number) => (f > 0.8 ? 0.9 : 0.1)],
  ])('looks at the whole image again where that mask %s', async (_, side, answer) => {
    const sides: number[] = [];
    const { backend } = fakeBackend({ answer, seen: ({ dims }) => sides.push(dims[2]) });
    const segmenter = await createSegmenter({
      model: { data: fourChannels, metadata: { ...described, zoom } },
      backend,
    });
    const interaction = await segmenter.open(picture(side, side));
    sides.length = 0;
    for (const x of [40, 60]) {
      interaction.add(at(x, 50));
      await interaction.predict();
    }
    expect(sides).toEqual([32, 48, 32, 48]);
    await segmenter.dispose();
  });

  it('asks once for a further click, for every step of a drag, for undo and redo, and clicks times for a list never seen', async () => {
    const { backend, calls } = fakeBackend({ answer: (_, f, b, p) => Math.min(1, f + 0.3 * p - b) });
    const segmenter = await createSegmenter({ model: { data: fourChannels, metadata: described }, backend });
    const interaction = await segmenter.open(picture(40, 40));
    const runs = async (work: () => unknown) => {
      const before = calls.runs;
      await work();
      await interaction.predict();
      return calls.runs - before;
    };
    const ids: number[] = [];
    for (const x of [5, 10, 15, 20]) {
      expect(await runs(() => ids.push(interaction.add(at(x, x))))).toBe(1);
    }
    for (let x = 21; x < 30; x += 0.1)
      expect(await runs(() => interaction.move(ids[3], { x, y: 20 }))).toBe(1);
    expect(await runs(() => interaction.undo())).toBe(1);
    expect(await runs(() => interaction.undo())).toBe(1);
    expect(await runs(() => interaction.redo())).toBe(1);
    // The second of four is picked up: the others come before it, of which the first is known.
    expect(await runs(() => interaction.move(ids[1], { x: 8, y: 12 }))).toBe(3);
    expect(await runs(() => interaction.move(ids[1], { x: 8, y: 13 }))).toBe(1);
    const json = interaction.toJSON();
    const elsewhere = await segmenter.open(picture(40, 40));
    elsewhere.fromJSON(json);
    const before = calls.runs;
    const again = await elsewhere.predict();
    expect(calls.runs - before).toBe(4);
    expect(again.probability.data).toEqual((await interaction.predict()).probability.data);
    await segmenter.dispose();
  });

  it('gives the same mask for the same clicks in the same order, however one came there', async () => {
    const segmenter = await createSegmenter({
      model: { data: convolution(), metadata: { ...described, certainty: 0.9 } },
      backend: nodeBackend({ threads: 1 }),
    });
    const image = picture(40, 52);
    const fresh = async (clicks: readonly Click[]) => {
      const interaction = await segmenter.open(image);
      for (const click of clicks) interaction.add(click);
      const { probability } = await interaction.predict();
      await interaction.dispose();
      return probability.data;
    };
    const interaction = await segmenter.open(image);
    let state = 7;
    const draw = (n: number) => (state = (state * 48271) % 2147483647) % n;
    const edits: ((on: Interaction) => unknown)[] = [
      (on) => on.add(at(draw(52), draw(40))),
      (on) => on.add(not(draw(52), draw(40))),
      (on) => on.clicks.length > 0 && on.move(pick(on), { x: draw(52), y: draw(40) }),
      (on) => on.clicks.length > 2 && on.remove(pick(on)),
      (on) => on.undo(),
      (on) => on.redo(),
      (on) => on.fromJSON(on.toJSON()),
    ];
    const pick = ({ clicks }: Interaction) => clicks[draw(clicks.length)].id;
    for (let i = 0; i < 60; i++) {
      edits[draw(edits.length)](interaction);
      const { probability } = await interaction.predict();
      expect(probability.data).toEqual(await fresh(interaction.clicks));
    }
    // And the order counts, or all of this would show nothing.
    const there = [at(10, 30), not(12, 28), at(30, 12)];
    expect(await fresh(there)).not.toEqual(await fresh([...there].reverse()));
    await segmenter.dispose();
  });

  it('forgets masks of long ago and is right all the same', async () => {
    const { backend, calls } = fakeBackend({ answer: (_, f, b, p) => Math.min(1, f + 0.3 * p - b) });
    const segmenter = await createSegmenter({ model: { data: fourChannels, metadata: described }, backend });
    const interaction = await segmenter.open(picture(40, 40));
    const before = calls.runs;
    for (let i = 0; i < 80; i++) interaction.add(at(i % 40, Math.floor(i / 2)));
    const { probability } = await interaction.predict();
    expect(calls.runs - before).toBe(80);
    for (let i = 0; i < 75; i++) interaction.undo();
    await interaction.predict();
    for (let i = 0; i < 75; i++) interaction.redo();
    expect((await interaction.predict()).probability.data).toEqual(probability.data);
    await segmenter.dispose();
  });

  it('shows nothing before the first foreground click, and nothing of locks', async () => {
    const inputs: BackendTensor[] = [];
    const { backend } = fakeBackend({ seen: (input) => inputs.push(input) });
    const segmenter = await createSegmenter({ model: { data: fourChannels, metadata: described }, backend });
    const interaction = await segmenter.open(picture(32, 32));
    const before = () => inputs.at(-1)!.data.subarray(3 * 32 * 32);
    inputs.length = 0;
    interaction.add(not(3, 3));
    interaction.add(not(5, 3));
    expect((await interaction.predict()).mask.data.includes(1)).toBe(false);
    interaction.add(at(20, 20));
    const { mask } = await interaction.predict();
    expect([inputs.length, before().includes(1)]).toEqual([1, false]);
    const whole = { data: new Uint8Array(32 * 32).fill(1), shape: [32, 32] };
    interaction.lock(whole, whole);
    interaction.add(at(10, 20));
    expect((await interaction.predict()).mask.data.includes(0)).toBe(false);
    expect(before()).toEqual(Float32Array.from(mask.data));
    await segmenter.dispose();
  });

  it('stops between two answers when it is aborted', async () => {
    const { backend, calls, hold, release, free } = fakeBackend();
    const segmenter = await createSegmenter({ model: { data: fourChannels, metadata: described }, backend });
    const interaction = await segmenter.open(picture(32, 32));
    for (const x of [3, 9, 20, 25]) interaction.add(at(x, 16));
    const before = calls.runs;
    hold();
    const stop = new AbortController();
    const asked = interaction.predict({ signal: stop.signal });
    await release();
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    free();
    await segmenter.dispose();
    expect(calls.runs - before).toBeLessThanOrEqual(2);
  });

  it('makes a moved click the newest, which a model without it does not', async () => {
    const order = async (previousMask: boolean) => {
      const model = previousMask ? fourChannels : graphOnly({ a: [1, 3, 'h', 'w'] }, { p: [1, 1, 'h', 'w'] });
      const segmenter: Segmenter = await createSegmenter({
        model: { data: model, metadata: { ...described, previousMask } },
        backend: fakeBackend().backend,
      });
      const interaction = await segmenter.open(picture(32, 32));
      const [a, b, c] = [3, 9, 20].map((x) => interaction.add(at(x, 16)));
      interaction.move(a, { x: 4, y: 16 });
      const moved = interaction.clicks.map(({ id }) => [a, b, c].indexOf(id));
      interaction.undo();
      const back = interaction.clicks.map(({ id }) => [a, b, c].indexOf(id));
      await segmenter.dispose();
      return [moved, back];
    };
    expect(await order(true)).toEqual([
      [1, 2, 0],
      [0, 1, 2],
    ]);
    expect(await order(false)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('is refused where description and network do not fit', async () => {
    const load = (data: Uint8Array, metadata: ModelMetadataInput) =>
      createSegmenter({ model: { data, metadata }, backend: fakeBackend().backend });
    await expect(load(fourChannels, { ...described, previousMask: false })).rejects.toThrow(
      /\[1, 4, h, w\]; \[1, 3, h, w\] is needed, unless its metadata say previousMask: true/,
    );
    const three = graphOnly({ a: [1, 3, 'h', 'w'] }, { p: [1, 1, 'h', 'w'] });
    await expect(load(three, described)).rejects.toThrow(/\[1, 3, h, w\]; \[1, 4, h, w\] is needed$/);
    await expect(load(fourChannels, { ...described, previousMask: 'yes' as never })).rejects.toThrow(
      /previousMask yes: is true or false/,
    );
  });
});
