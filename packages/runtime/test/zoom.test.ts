import type { Box } from '@clickseg/raster';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createSegmenter, parseMetadata, resample } from '../src/index.ts';
import { nodeBackend } from '../src/node/index.ts';
import { type ZoomGeometry, zoomWindow } from '../src/zoom-window.ts';
import { fakeBackend, graphOnly, metadata, onnx, picture } from './support.ts';

const geometry: ZoomGeometry = { image: [300, 200], pixel: [1, 1], margin: 1.6, window: 64 };
const box = (top: number, left: number, rows: number, columns: number): Box => ({
  start: [top, left],
  shape: [rows, columns],
});
const sides = ({ start: [top, left], shape: [rows, columns] }: Box) => ({ top, left, rows, columns });
const windowOf = (structure: Box, how: ZoomGeometry) => sides(zoomWindow(structure, how));

describe('zoomWindow', () => {
  it('holds the box, lies on whole pixels within the image, and is square but for the frame', () => {
    const anyBox = fc
      .tuple(fc.double({ min: 0, max: 299, noNaN: true }), fc.double({ min: 0, max: 199, noNaN: true }))
      .chain(([top, left]) =>
        fc
          .tuple(
            fc.double({ min: 0.5, max: 300 - top, noNaN: true }),
            fc.double({ min: 0.5, max: 200 - left, noNaN: true }),
          )
          .map(([rows, columns]) => box(top, left, rows, columns)),
      );
    fc.assert(
      fc.property(anyBox, (structure) => {
        const [wanted, got] = [sides(structure), windowOf(structure, geometry)];
        for (const value of Object.values(got)) expect(Number.isInteger(value)).toBe(true);
        expect(got.top).toBeGreaterThanOrEqual(0);
        expect(got.left).toBeGreaterThanOrEqual(0);
        expect(got.top + got.rows).toBeLessThanOrEqual(300);
        expect(got.left + got.columns).toBeLessThanOrEqual(200);
        // Whole pixels: half a pixel may be rounded away at either end.
        expect(got.top).toBeLessThanOrEqual(wanted.top + 0.5);
        expect(got.left).toBeLessThanOrEqual(wanted.left + 0.5);
        expect(got.top + got.rows).toBeGreaterThanOrEqual(wanted.top + wanted.rows - 0.5);
        expect(got.left + got.columns).toBeGreaterThanOrEqual(wanted.left + wanted.columns - 0.5);
        expect(got.columns === got.rows || got.columns === 200).toBe(true);
      }),
    );
  });

  it('holds the box where pixels are far taller than wide, and a window is a row or two', () => {
    const anyTall = fc.record({
      tall: fc.double({ min: 1, max: 40, noNaN: true }),
      top: fc.double({ min: 0, max: 39, noNaN: true }),
      left: fc.double({ min: 0, max: 511, noNaN: true }),
      rows: fc.double({ min: 0.01, max: 3, noNaN: true }),
    });
    fc.assert(
      fc.property(anyTall, ({ tall, top, left, rows }) => {
        const structure = box(top, left, Math.min(rows, 40 - top), 1);
        const how: ZoomGeometry = { image: [40, 512], pixel: [tall, 0.4], margin: 2.2, window: 192 };
        const got = windowOf(structure, how);
        expect(got.top).toBeLessThanOrEqual(top);
        expect(got.top + got.rows).toBeGreaterThanOrEqual(top + structure.shape[0]);
        expect(got.left).toBeLessThanOrEqual(left);
        expect(got.left + got.columns).toBeGreaterThanOrEqual(Math.min(512, left + 1));
      }),
    );
  });

  it('is at least the margin wider than the box, and at most the square root of two wider than that', () => {
    for (let side = 8; side < 120; side++) {
      const { rows } = windowOf(box(100, 60, side, side / 2), geometry);
      expect(rows).toBeGreaterThanOrEqual(Math.floor(1.6 * side));
      expect(rows).toBeLessThanOrEqual(Math.ceil(1.6 * side * Math.SQRT2));
    }
  });

  it('goes no finer than eight network pixels an image pixel', () => {
    expect(windowOf(box(150, 100, 1, 1), geometry).rows).toBeGreaterThanOrEqual(8);
  });

  it('takes tall pixels as tall: a square in mm', () => {
    const { rows, columns } = windowOf(box(140, 90, 10, 30), { ...geometry, pixel: [3, 1] });
    expect(Math.abs(3 * rows - columns)).toBeLessThanOrEqual(3);
  });

  it('stays where it is while the box moves by less than a sixteenth of its side, mostly', () => {
    let jumps = 0;
    let before = JSON.stringify(zoomWindow(box(50, 50, 40, 40), geometry));
    for (let d = 0; d < 64; d += 0.5) {
      const now = JSON.stringify(zoomWindow(box(50 + d, 50, 40, 40), geometry));
      if (now !== before) jumps++;
      before = now;
    }
    // 128 moves over one side of the window (75 pixels, of which the raster makes eight places).
    expect(jumps).toBeLessThanOrEqual(8);
  });
});

const zoom = { overview: 32, window: 48, margin: 1.6 };

function maps(h: number, w: number, x: number, y: number): Float32Array {
  return Float32Array.from({ length: h * w }, (_, i) => {
    const [dx, dy] = [Math.abs((i % w) - x), Math.abs(Math.floor(i / w) - y)];
    return dx > 8 || dy > 8 ? 0 : Math.exp(-(dx * dx + dy * dy) / 8);
  });
}

function zScore(data: Float32Array): Float32Array {
  const mean = data.reduce((a, v) => a + v, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((a, v) => a + (v - mean) ** 2, 0) / data.length);
  return data.map((v) => (v - mean) / deviation);
}

describe('a model that zooms', () => {
  it('equals two runs put together by hand', async () => {
    const [h, w] = [96, 96];
    const image = picture(h, w);
    const session = await InferenceSession.create(onnx);
    const run = async (seen: Float32Array, n: number, x: number, y: number) => {
      const input = new Float32Array(3 * n * n);
      input.set(seen);
      input.set(maps(n, n, x, y), n * n);
      const { output } = await session.run({ input: new Tensor('float32', input, [1, 3, n, n]) });
      return output.data as Float32Array;
    };
    // No probability reaches 0.99, so that the overview shows nothing but the click's own pixel, 3 x 3 of the image.
    const threshold = 0.99;
    const overview = await run(zScore(resample(image, [32, 32]).data), 32, 20, 10);
    expect(Math.max(...overview)).toBeLessThan(threshold);
    const window = windowOf(box(30, 60, 3, 3), { image: [h, w], pixel: [1, 1], margin: 1.6, window: 48 });
    const part = Float32Array.from({ length: window.rows * window.columns }, (_, i) => {
      const [y, x] = [Math.floor(i / window.columns), i % window.columns];
      return image.data[(window.top + y) * w + window.left + x];
    });
    const shape = [window.rows, window.columns];
    const seen = zScore(resample({ data: part, shape }, [48, 48]).data);
    const scale = 48 / window.rows;
    const output = await run(
      seen,
      48,
      Math.floor((61.5 - window.left) * scale),
      Math.floor((31.5 - window.top) * scale),
    );
    const back = resample({ data: output, shape: [48, 48] }, shape).data;

    const segmenter = await createSegmenter({
      model: { data: onnx, metadata: { ...metadata, zoom, threshold } },
      backend: nodeBackend(),
    });
    const interaction = await segmenter.open(image);
    interaction.add({ x: 61, y: 31, label: 'foreground' });
    const { probability } = await interaction.predict();
    let worst = 0;
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const [i, j] = [y - window.top, x - window.left];
        const inside = i >= 0 && i < window.rows && j >= 0 && j < window.columns;
        const expected = inside ? back[i * window.columns + j] : 0;
        worst = Math.max(worst, Math.abs(probability.data[y * w + x] - expected));
      }
    }
    expect(worst).toBeLessThan(1e-4);
    await segmenter.dispose();
    await session.release();
  });

  it('widens the window to the structure that the overview shows under the click', async () => {
    // This network calls every bright pixel foreground, clicks or not: the square of 30 pixels.
    const { backend } = fakeBackend({ answer: (value) => (value > 0.5 ? 1 : 0) });
    const bright = (y: number, x: number) => y >= 20 && y < 50 && x >= 30 && x < 60;
    const far = (y: number, x: number) => y >= 80 && y < 90 && x >= 80 && x < 90;
    const data = Float32Array.from({ length: 96 * 96 }, (_, i) =>
      bright(Math.floor(i / 96), i % 96) || far(Math.floor(i / 96), i % 96) ? 1 : 0,
    );
    const segmenter = await createSegmenter({
      model: { data: onnx, metadata: { ...metadata, zoom, threshold: 0.5 } },
      backend,
    });
    const interaction = await segmenter.open({ data, shape: [96, 96] });
    interaction.add({ x: 40, y: 30, label: 'foreground' });
    const { mask } = await interaction.predict();
    // All of the square that was clicked, and nothing of the other, which no click touches.
    const expected = Uint8Array.from({ length: 96 * 96 }, (_, i) =>
      bright(Math.floor(i / 96), i % 96) ? 1 : 0,
    );
    const apart = expected.reduce((n, v, i) => n + Math.abs(v - mask.data[i]), 0);
    expect(apart).toBeLessThan(60); // half a pixel of its outline, which the window's grid cannot place better
    await segmenter.dispose();
  });

  it('sees a click whose pixel rounds up to the one beyond the frame', async () => {
    const model = { data: onnx, metadata: { ...metadata, zoom, certainty: 0.9 } };
    const segmenter = await createSegmenter({ model, backend: fakeBackend().backend });
    // The largest number below a half: half a pixel more is a whole one to 64-bit floats.
    const last = 0.49999999999999994;
    for (const [shape, x, y] of [
      [[40, 1], last, 5],
      [[1, 40], 5, last],
      [[1, 1], last, last],
    ] as const) {
      const interaction = await segmenter.open(picture(shape[0], shape[1]));
      interaction.add({ x, y, label: 'foreground' });
      const { mask } = await interaction.predict();
      expect(mask.data[Math.round(y) * shape[1] + Math.round(x)]).toBe(1);
    }
  });

  it('keeps locked pixels that lie outside the window', async () => {
    const { backend } = fakeBackend();
    const model = { data: onnx, metadata: { ...metadata, zoom, threshold: 0.5 } };
    const segmenter = await createSegmenter({ model, backend });
    const interaction = await segmenter.open(picture(400, 400));
    interaction.add({ x: 30, y: 30, label: 'foreground' });
    const { area } = await interaction.predict();
    const corner = { data: new Uint8Array(400 * 400).fill(1, 400 * 400 - 5), shape: [400, 400] };
    interaction.lock(corner, corner);
    const locked = await interaction.predict();
    expect(locked.area).toBe(area + 5);
    expect(locked.mask.data.subarray(-6)).toEqual(Uint8Array.of(0, 1, 1, 1, 1, 1));
    await segmenter.dispose();
  });

  it('answers the same for the same clicks, however they came to be', async () => {
    const open = async () => {
      const segmenter = await createSegmenter({
        model: { data: onnx, metadata: { ...metadata, zoom } },
        backend: nodeBackend(),
      });
      return segmenter.open(picture(70, 110), { spacing: { x: 0.8, y: 1.7 } });
    };
    const dragged = await open();
    const id = dragged.add({ x: 5, y: 5, label: 'foreground' });
    for (const x of [20, 60, 100, 33]) {
      dragged.move(id, { x, y: 40 });
      await dragged.predict();
    }
    dragged.add({ x: 90, y: 60, label: 'background' });
    const fresh = await open();
    fresh.fromJSON(dragged.toJSON());
    expect((await fresh.predict()).probability.data).toEqual((await dragged.predict()).probability.data);
  });
});

describe('zoom metadata', () => {
  it.each([
    [{ ...zoom, overview: 33 }, 'zoom.overview'],
    [{ ...zoom, window: 0 }, 'zoom.window'],
    [{ ...zoom, margin: 1 }, 'zoom.margin'],
    [{ ...zoom, margin: Number.NaN }, 'zoom.margin'],
    [{ ...zoom, overview: 2 ** 20 }, 'zoom.overview'],
    ['yes', 'zoom'],
  ])('refuses %j', (bad, field) => {
    expect(() => parseMetadata({ ...metadata, zoom: bad as typeof zoom })).toThrow(field);
  });

  it('is refused when the model is loaded, where its fixed input has no room for the windows', async () => {
    const fixed = (n: number) => graphOnly({ a: [1, 3, n, n] }, { p: [1, 1, n, n] });
    const load = (n: number) =>
      createSegmenter({
        model: { data: fixed(n), metadata: { ...metadata, zoom } },
        backend: fakeBackend().backend,
      });
    await expect(load(32)).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-model', message: expect.stringContaining('fixed at 32') }),
    );
    const segmenter = await load(64);
    const interaction = await segmenter.open(picture(80, 90));
    interaction.add({ x: 40, y: 40, label: 'foreground' });
    expect((await interaction.predict()).mask.data[40 * 90 + 40]).toBe(1);
  });
});
