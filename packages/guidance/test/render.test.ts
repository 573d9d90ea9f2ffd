import { isClicksegError } from '@clickseg/raster';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Click, type RenderOptions, renderGuidance } from '../src/index.ts';

const click = (x: number, y: number, label: Click['label'] = 'foreground'): Click => ({ x, y, label });

/** The definition, pixel by pixel: every clicked pixel's bell at every pixel, then min-max. */
function byDefinition(clicks: readonly Click[], shape: readonly number[], sigma: number): number[] {
  const [depth, height, width] = shape.length === 3 ? shape : [1, shape[0], shape[1]];
  const radius = Math.trunc(4 * sigma + 0.5);
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const total = bell.reduce((a, b) => a + b);
  const weight = (d: number) => (Math.abs(d) > radius ? 0 : bell[d + radius] / total);
  return ['foreground', 'background'].flatMap((label) => {
    const places = new Set(
      clicks
        .filter((c) => c.label === label)
        .map((c) => [shape.length === 3 ? c.z! : 0, c.y, c.x].map((v) => Math.floor(v + 0.5)).join()),
    );
    const map: number[] = [];
    for (let z = 0; z < depth; z++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0;
          for (const place of places) {
            const [pz, py, px] = place.split(',').map(Number);
            sum += (shape.length === 3 ? weight(z - pz) : 1) * weight(y - py) * weight(x - px);
          }
          map.push(sum);
        }
      }
    }
    const min = Math.min(...map);
    const max = Math.max(...map);
    return map.map((v) => (max > min ? (v - min) / (max - min) : 0));
  });
}

const shapes = fc.oneof(
  fc.tuple(fc.integer({ min: 2, max: 24 }), fc.integer({ min: 2, max: 24 })),
  fc.tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 9 })),
);

describe('renderGuidance', () => {
  it('is the convolution by its definition, on any shape, sigma and clicks', () => {
    const part = fc.double({ min: 0, max: 0.999, noNaN: true });
    const parts = fc.array(fc.tuple(part, part, part, fc.boolean()), { maxLength: 20 });
    fc.assert(
      fc.property(shapes, fc.double({ min: 0.1, max: 4, noNaN: true }), parts, (shape, sigma, places) => {
        const [width, height, depth = 1] = [...shape].reverse();
        const clicks = places.map(([x, y, z, fore]) => ({
          x: x * width - 0.5,
          y: y * height - 0.5,
          z: z * depth - 0.5,
          label: fore ? ('foreground' as const) : ('background' as const),
        }));
        const { data } = renderGuidance(clicks, { shape, sigma, dtype: 'float64' });
        const expected = byDefinition(clicks, shape, sigma);
        const worst = Math.max(...expected.map((v, i) => Math.abs(v - data[i])));
        // A map that is nearly flat magnifies the last bits of the sums; these are not flat.
        expect(worst).toBeLessThanOrEqual(1e-11);
      }),
      { seed: 4242, numRuns: 120 },
    );
  });

  it('keeps 2e-6 in float32 where a wide bell leaves a small image almost flat', () => {
    const clicks = [click(2, 1)];
    const options = { shape: [5, 6], sigma: 50 };
    const single = renderGuidance(clicks, options).data;
    const expected = byDefinition(clicks, options.shape, options.sigma);
    expect(Math.max(...expected.map((v, i) => Math.abs(v - single[i])))).toBeLessThanOrEqual(2e-6);
  });

  it('does not care about the order or the number of times that pixels are clicked', () => {
    const clicks = [click(3, 3), click(5, 4), click(4, 9), click(12, 3)];
    const options = { shape: [20, 20], dtype: 'float64' as const };
    const expected = renderGuidance(clicks, options).data;
    expect(renderGuidance([...clicks, ...clicks].reverse(), options).data).toEqual(expected);
  });

  it('draws 10,000 clicks at sigma 50 as the rows and columns of the same filter', () => {
    // Every pixel of a 100 x 100 image: then the map is the product of two one-dimensional sums.
    const clicks = Array.from({ length: 10_000 }, (_, i) => click(i % 100, Math.floor(i / 100)));
    const { data } = renderGuidance(clicks, { shape: [100, 100], sigma: 50, dtype: 'float64' });
    const line = Array.from({ length: 100 }, (_, x) => {
      let sum = 0;
      for (let i = 0; i < 100; i++) sum += Math.exp(-0.5 * ((x - i) / 50) ** 2);
      return sum;
    });
    const min = Math.min(...line) ** 2;
    const range = Math.max(...line) ** 2 - min;
    let worst = 0;
    data.subarray(0, 10_000).forEach((v, i) => {
      const want = (line[i % 100] * line[Math.floor(i / 100)] - min) / range;
      worst = Math.max(worst, Math.abs(v - want));
    });
    expect(worst).toBeLessThan(1e-12);
  });

  it('gives the same bits where the filtered rows are too many to be kept', () => {
    // 1,100 x 1,000 pixels in reach, beyond the 2^20 that are kept: against a part that is small enough.
    const clicks = Array.from({ length: 60 }, (_, i) => click((i * 367) % 1000, i * 18));
    const wide = renderGuidance(clicks, { shape: [1100, 1000], sigma: 40 }).data;
    const same = renderGuidance(clicks, { shape: [1100, 1000], sigma: 40, dtype: 'float64' }).data;
    expect(wide[0]).toBe(Math.fround(same[0]));
    expect(Math.max(...wide.subarray(0, 1e5))).toBeLessThanOrEqual(1);
    let worst = 0;
    for (let i = 0; i < wide.length; i++) worst = Math.max(worst, Math.abs(wide[i] - Math.fround(same[i])));
    expect(worst).toBe(0);
  });

  it('is one pixel at sigma 0.1, and zeros where a map is the same everywhere', () => {
    const { data } = renderGuidance([click(1, 1)], { shape: [3, 3], sigma: 0.1 });
    expect([...data]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, ...new Array(9).fill(0)]);
    expect([...renderGuidance([click(0, 0)], { shape: [1, 1] }).data]).toEqual([0, 0]);
    const both = [click(0, 0), click(1, 0)];
    expect([...renderGuidance(both, { shape: [1, 2], sigma: 0.1 }).data]).toEqual([0, 0, 0, 0]);
  });

  it('takes a fractional coordinate to the nearest pixel, a half to the higher one', () => {
    const options = { shape: [6, 7], sigma: 1 };
    const at = (x: number, y: number) => renderGuidance([click(x, y)], options).data;
    expect(at(2.5, 3.49)).toEqual(at(3, 3));
    expect(at(-0.5, 5.49)).toEqual(at(0, 5));
  });

  it('writes into the memory it is lent, whatever lies there, shared memory too', () => {
    const options = { shape: [9, 8] };
    const clicks = [click(2, 2), click(7, 8, 'background')];
    const expected = renderGuidance(clicks, options);
    const batch = new Float32Array(new SharedArrayBuffer(3 * 72 * 4)).fill(9);
    const { data, shape } = renderGuidance(clicks, { ...options, out: batch.subarray(72) });
    expect([...data]).toEqual([...expected.data]);
    expect(shape).toEqual([2, 9, 8]);
    expect(batch.subarray(0, 72).every((v) => v === 9)).toBe(true);
    expect([...batch.subarray(72)]).toEqual([...expected.data]);
  });

  it('does not change its clicks', () => {
    const clicks = [Object.freeze(click(1.5, 2))];
    renderGuidance(Object.freeze(clicks) as Click[], { shape: [4, 4] });
    expect(clicks).toEqual([{ x: 1.5, y: 2, label: 'foreground' }]);
  });

  const ok = { shape: [8, 8] };
  it.each([
    ['a zero in the shape', [], { shape: [0, 8] }, 'invalid-shape', /0 in \[0,8\]/],
    ['a fraction in the shape', [], { shape: [8, 8.5] }, 'invalid-shape', /8\.5/],
    ['one axis', [], { shape: [8] }, 'invalid-shape', /\[8\]/],
    ['no shape', [], {}, 'invalid-shape', /undefined/],
    ['no options', [], undefined, 'invalid-option', /undefined/],
    ['an overflowing shape', [], { shape: [2 ** 20, 2 ** 20] }, 'too-large', /1048576/],
    ['sigma 0', [], { ...ok, sigma: 0 }, 'invalid-option', /sigma 0 /],
    ['sigma -1', [], { ...ok, sigma: -1 }, 'invalid-option', /sigma -1 /],
    ['sigma NaN', [], { ...ok, sigma: Number.NaN }, 'invalid-option', /sigma NaN/],
    ['sigma Infinity', [], { ...ok, sigma: Number.POSITIVE_INFINITY }, 'invalid-option', /Infinity/],
    ['an unknown kernel', [], { ...ok, kernel: 'box' }, 'invalid-option', /"box"/],
    ['an unknown dtype', [], { ...ok, dtype: 'int8' }, 'invalid-option', /"int8"/],
    ['memory of the wrong type', [], { ...ok, out: new Float64Array(128) }, 'invalid-array', /Float64Array/],
    ['memory of the wrong length', [], { ...ok, out: new Float32Array(64) }, 'invalid-array', /64 .* 128/],
    ['clicks that are no array', 7, ok, 'invalid-point', /7/],
    ['a click that is none', [null], ok, 'invalid-point', /null/],
    ['x NaN', [click(Number.NaN, 1)], ok, 'invalid-point', /x NaN/],
    ['y infinite', [click(1, Number.NEGATIVE_INFINITY)], ok, 'invalid-point', /y -Infinity/],
    ['x as text', [click('1' as unknown as number, 1)], ok, 'invalid-point', /x "1"/],
    ['x just outside', [click(7.5, 1)], ok, 'invalid-point', /x 7\.5 .* 0 to 7/],
    ['no z in a volume', [click(1, 1)], { shape: [4, 8, 8] }, 'invalid-point', /z undefined/],
    ['an unknown label', [{ x: 1, y: 1, label: 'object' }], ok, 'invalid-point', /"object"/],
  ])('refuses %s', (_, clicks, options, code, message) => {
    const run = () => renderGuidance(clicks as Click[], options as RenderOptions);
    expect(run).toThrow(message);
    expect(run).toThrow(expect.toSatisfy((e) => isClicksegError(e, code as never)));
  });

  it('leaves lent memory alone when it throws', () => {
    const out = new Float32Array(128).fill(3);
    expect(() => renderGuidance([click(1, 1), click(8, 8)], { ...ok, out })).toThrow(/x 8/);
    expect(out.every((v) => v === 3)).toBe(true);
  });
});
