import { raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { gridMapping, type ModelMetadata, prepareImage } from '../src/index.ts';

const metadata: Pick<ModelMetadata, 'spacing' | 'normalization'> = {
  spacing: 2,
  normalization: {
    method: 'z-score',
    curve: [
      [-200, 0],
      [0, 100],
      [300, 255],
    ],
  },
};
const plain = { spacing: 2, normalization: { method: 'z-score' } } as const;
const image = (h: number, w: number, at: (y: number, x: number) => number) =>
  raster(
    Float32Array.from({ length: h * w }, (_, i) => at(Math.floor(i / w), i % w)),
    [h, w],
  );
const code = (value: string) => expect.objectContaining({ code: value });

describe('prepareImage', () => {
  it('has mean 0 and standard deviation 1 on the working grid', () => {
    const { data, shape } = prepareImage(
      image(40, 30, (y, x) => y * x),
      { metadata: plain, spacing: { x: 1, y: 1 } },
    );
    const mean = data.reduce((a, v) => a + v, 0) / data.length;
    const variance = data.reduce((a, v) => a + (v - mean) ** 2, 0) / data.length;
    expect(shape).toEqual([20, 15]);
    expect(mean).toBeCloseTo(0, 6);
    expect(variance).toBeCloseTo(1, 6);
  });

  it('takes each axis by its own spacing, by name or in axis order', () => {
    const picture = image(20, 20, (y, x) => y + x);
    const named = prepareImage(picture, { metadata: plain, spacing: { x: 3, y: 0.5 } });
    expect(named.shape).toEqual([5, 30]);
    expect(prepareImage(picture, { metadata: plain, spacing: [0.5, 3] }).data).toEqual(named.data);
    expect(named.grid.spacing).toEqual([2, 2]);
  });

  it('works on the image pixels themselves when no spacing is known', () => {
    const { shape, grid } = prepareImage(
      image(7, 9, (y, x) => y - x),
      { metadata: plain },
    );
    expect(shape).toEqual([7, 9]);
    expect(grid.spacing).toBeUndefined();
    expect(grid.toWorking({ x: 3, y: 6 })).toEqual({ x: 3, y: 6 });
  });

  it('bends Hounsfield units along the curve, clamped beyond its ends, before the z-score', () => {
    const values = [-1000, -200, -100, 0, 150, 300, 2000, 0];
    const bent = [0, 0, 50, 100, 177.5, 255, 255, 100];
    const hounsfield = prepareImage(raster(Float32Array.from(values), [2, 4]), { metadata });
    const direct = prepareImage(raster(Float32Array.from(bent), [2, 4]), { metadata: plain });
    expect(hounsfield.hounsfield).toBe(true);
    const apart = hounsfield.data.map((v, i) => Math.abs(v - direct.data[i]));
    expect(Math.max(...apart)).toBeLessThan(1e-5);
  });

  it('takes only images that fall below -150 for Hounsfield units, unless it is told', () => {
    const shallow = image(4, 4, (y, x) => y * 40 + x - 150);
    expect(prepareImage(shallow, { metadata }).hounsfield).toBe(false);
    expect(prepareImage(shallow, { metadata, intensities: 'hounsfield' }).hounsfield).toBe(true);
    const deep = image(4, 4, (y, x) => y * 40 + x - 151);
    expect(prepareImage(deep, { metadata }).hounsfield).toBe(true);
    expect(prepareImage(deep, { metadata, intensities: 'arbitrary' }).hounsfield).toBe(false);
  });

  it.each([0, 0.1, -1000, 1e9, 3e38])('answers zeros for an image that is %s everywhere', (value) => {
    const { data } = prepareImage(
      image(13, 11, () => value),
      { metadata: plain, spacing: { x: 0.7, y: 1.3 } },
    );
    expect(data.every((v) => v === 0)).toBe(true);
  });

  it('has an answer without NaN for one pixel, one column and one row', () => {
    for (const [h, w] of [
      [1, 1],
      [50, 1],
      [1, 50],
    ]) {
      const { data } = prepareImage(
        image(h, w, (y, x) => y * 3 - x),
        { metadata: plain, spacing: { x: 0.5, y: 0.5 } },
      );
      expect(data.length).toBeGreaterThan(0);
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  it.each([Number.NaN, Infinity, -Infinity])('names the pixel that is %s', (value) => {
    const bad = image(4, 5, (y, x) => (y === 3 && x === 1 ? value : x));
    expect(() => prepareImage(bad, { metadata: plain })).toThrow(
      expect.objectContaining({
        code: 'not-finite',
        message: expect.stringContaining(`x 1, y 3 is ${value}`),
      }),
    );
  });

  it('refuses a 64-bit value that 32 bits cannot hold, which would become Infinity in the network', () => {
    const bad = raster(new Float64Array([0, 1e300, 1, 2]), [2, 2]);
    expect(() => prepareImage(bad, { metadata: plain })).toThrow(code('not-finite'));
  });

  it('reads a slice picked out of a volume, also over shared memory, as the same slice dense', () => {
    const shared = new Int16Array(new SharedArrayBuffer(2 * 6 * 7 * 8));
    for (let i = 0; i < shared.length; i++) shared[i] = (i * 7919) % 1200;
    const pick = { data: shared, shape: [6, 8], stride: [56, 1], offset: 3 * 8 };
    const dense = image(6, 8, (y, x) => shared[24 + y * 56 + x]);
    const spacing = { x: 1.1, y: 2.5 };
    expect(prepareImage(pick, { metadata: plain, spacing }).data).toEqual(
      prepareImage(dense, { metadata: plain, spacing }).data,
    );
  });

  it.each([undefined, {}, { spacing: 1 }, { spacing: 1, normalization: { method: 'min-max' } }])(
    'refuses metadata that parseMetadata would not give: %o',
    (metadata) => {
      const options = { metadata: metadata as never };
      expect(() =>
        prepareImage(
          image(2, 2, () => 1),
          options,
        ),
      ).toThrow(code('invalid-option'));
    },
  );

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a model of %s mm', (spacing) => {
    const options = { metadata: { ...plain, spacing }, spacing: { x: 1, y: 1 } };
    expect(() =>
      prepareImage(
        image(2, 2, () => 1),
        options,
      ),
    ).toThrow(code('invalid-option'));
    expect(() => gridMapping([2, 2], [1, 1], spacing)).toThrow(code('invalid-option'));
  });

  it('refuses a spacing of no number for the grid', () => {
    expect(() => gridMapping([2, 2], [Number.NaN, 1], 1)).toThrow(code('invalid-spacing'));
  });

  it('refuses a volume, an unknown word and a spacing of zero before it reads a pixel', () => {
    const nan = image(2, 2, () => Number.NaN);
    const volume = raster(new Uint8Array(8), [2, 2, 2]);
    expect(() => prepareImage(volume, { metadata: plain })).toThrow(code('invalid-shape'));
    expect(() => prepareImage(nan, { metadata: plain, intensities: 'mr' as 'auto' })).toThrow(
      code('invalid-option'),
    );
    expect(() => prepareImage(nan, { metadata: plain, spacing: { x: 0, y: 1 } })).toThrow(
      code('invalid-spacing'),
    );
  });
});
