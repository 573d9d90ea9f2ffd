import { type Box, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import type { Click } from '../src/index.ts';
import { type ObeyOptions, obeyClicks } from '../src/obey.ts';

const [h, w] = [24, 32];
const click = (x: number, y: number, label: Click['label']): Click => ({ x, y, label });
const flat = (p: number) => new Float32Array(h * w).fill(p);
const at = (map: Float32Array, x: number, y: number) => map[y * w + x];
const logit = (p: number) => Math.log(p / (1 - p));
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const obey = (data: Float32Array, clicks: Click[], options: ObeyOptions = {}) =>
  obeyClicks(raster(data, [h, w]), clicks, { sigma: [2, 3], ...options });

describe('obeyClicks', () => {
  it('adds a Gaussian to the log-odds, as high as the clicked pixel needs', () => {
    const map = flat(0.4);
    obey(map, [click(12, 10, 'foreground')]);
    for (let y = 4; y < 17; y++) {
      for (let x = 4; x < 21; x++) {
        const fall = Math.exp(-(((y - 10) / 2) ** 2 + ((x - 12) / 3) ** 2) / 2);
        const expected = sigmoid(logit(0.4) + (logit(0.9) - logit(0.4)) * fall);
        expect(Math.abs(at(map, x, y) - expected)).toBeLessThan(1e-6);
      }
    }
  });

  it('takes as much away for a background click as it adds for a foreground one', () => {
    const [up, down] = [flat(0.3), flat(0.7)];
    obey(up, [click(12, 10, 'foreground')]);
    obey(down, [click(12, 10, 'background')]);
    for (let i = 0; i < h * w; i++) expect(Math.abs(up[i] + down[i] - 1)).toBeLessThan(1e-6);
  });

  it('leaves an answer that obeys, bit by bit', () => {
    const map = Float32Array.from({ length: h * w }, (_, i) => (i % w < 16 ? 0.95 : 0));
    const before = map.slice();
    obey(map, [click(3, 3, 'foreground'), click(30, 20, 'background')]);
    expect(map).toEqual(before);
  });

  it.each([0.9, 0.99999])(
    'moves no pixel against its click, however sure it was (certainty %f)',
    (certainty) => {
      const [up, down] = [flat(1), flat(0)];
      up[10 * w + 12] = 0.2;
      down[10 * w + 12] = 0.8;
      // Surer than a pull believes, and disobeying a certainty that is surer yet.
      up[10 * w + 20] = down[10 * w + 3] = 0.9999;
      down[10 * w + 20] = up[10 * w + 3] = 0.0001;
      const before = [up.slice(), down.slice()];
      obey(up, [click(12, 10, 'foreground'), click(20, 10, 'foreground')], { certainty });
      obey(down, [click(12, 10, 'background'), click(20, 10, 'background')], { certainty });
      expect(up.every((p, i) => p >= before[0][i])).toBe(true);
      expect(down.every((p, i) => p <= before[1][i])).toBe(true);
      expect(at(up, 12, 10)).toBeCloseTo(certainty, 6);
      expect(at(down, 12, 10)).toBeCloseTo(1 - certainty, 6);
    },
  );

  it('moves what the network was unsure of, not what it was sure of', () => {
    const map = Float32Array.from({ length: h * w }, (_, i) => (i % w < 16 ? 0.35 : 0));
    obey(map, [click(15, 10, 'foreground')]);
    expect(at(map, 13, 10)).toBeGreaterThan(0.5);
    expect(at(map, 17, 10)).toBeLessThan(0.01);
    // In the midst of what it was sure of a click is little more than its own pixel.
    const sure = flat(0);
    obey(sure, [click(15, 10, 'foreground')]);
    expect(sure.reduce((n, p) => n + (p >= 0.5 ? 1 : 0), 0)).toBeLessThan(12);
    expect(at(sure, 15, 10)).toBeCloseTo(0.9, 6);
  });

  it('takes an option that is undefined for one that is not given', () => {
    const [bare, undef] = [flat(0.4), flat(0.4)];
    const clicks = [click(12, 10, 'foreground')];
    obeyClicks(raster(bare, [h, w]), clicks);
    obeyClicks(raster(undef, [h, w]), clicks, { certainty: undefined, sigma: undefined, within: undefined });
    expect(undef).toEqual(bare);
  });

  it.each([
    { start: [0, 0], shape: [h, w + 1] },
    { start: [-1, 0], shape: [4, 4] },
    { start: [0, 0.5], shape: [4, 4] },
    { start: [0], shape: [4, 4] },
  ])('refuses a box that is none of the map: %j', (within) => {
    const map = flat(0.4);
    expect(() => obey(map, [click(12, 10, 'foreground')], { within })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
    expect(map).toEqual(flat(0.4));
  });

  it('obeys opposite clicks side by side', () => {
    const map = flat(0.5);
    const clicks = [click(10, 10, 'foreground'), click(11, 10, 'background'), click(10, 11, 'background')];
    obey(map, clicks);
    expect(at(map, 10, 10)).toBeGreaterThanOrEqual(0.9 - 1e-6);
    expect(at(map, 11, 10)).toBeLessThanOrEqual(0.1 + 1e-6);
    expect(at(map, 10, 11)).toBeLessThanOrEqual(0.1 + 1e-6);
  });

  it('obeys the later of two clicks on one pixel', () => {
    const map = flat(0.5);
    obey(map, [click(10, 10, 'foreground'), click(10.4, 9.6, 'background')]);
    expect(at(map, 10, 10)).toBeCloseTo(0.1, 6);
  });

  it('touches nothing outside of what the network saw', () => {
    const map = flat(0);
    const within = { start: [8, 8], shape: [8, 8] };
    obey(map, [click(8, 8, 'foreground'), click(2, 2, 'foreground')], { within });
    const outside = map.filter((_, i) => {
      const [y, x] = [Math.floor(i / w), i % w];
      return y < 8 || y >= 16 || x < 8 || x >= 16;
    });
    expect(Math.max(...outside)).toBe(0);
    expect(at(map, 8, 8)).toBeCloseTo(0.9, 6);
  });

  it.each<[string, Float32Array, Click, ObeyOptions]>([
    ['invalid-option', flat(0.4), click(1, 1, 'foreground'), { certainty: 0.5 }],
    ['invalid-option', flat(0.4), click(1, 1, 'foreground'), { certainty: 1 }],
    ['invalid-option', flat(0.4), click(1, 1, 'foreground'), { sigma: 0 }],
    ['invalid-option', flat(0.4), click(1, 1, 'foreground'), { sigma: [2, Number.NaN] }],
    ['invalid-option', flat(0.4), click(1, 1, 'foreground'), { sigma: {} as number }],
    ['invalid-option', flat(0.4), click(1, 1, 'foreground'), { within: {} as Box }],
    ['not-finite', flat(0.4).fill(Number.NaN, 3, 4), click(1, 1, 'foreground'), {}],
    ['invalid-array', flat(-0.4), click(1, 1, 'foreground'), {}],
    ['invalid-point', flat(0.4), click(w, 1, 'foreground'), {}],
    ['invalid-point', flat(0.4), { x: 1, y: 1, label: 'front' as 'foreground' }, {}],
    ['invalid-array', flat(0.4).slice(1), click(1, 1, 'foreground'), {}],
    ['invalid-array', Float64Array.from(flat(0.4)) as never, click(1, 1, 'foreground'), {}],
  ])('refuses with %s before it changes anything (%#)', (code, map, wrong, options) => {
    const before = map.slice();
    expect(() => obey(map, [click(5, 5, 'foreground'), wrong], options)).toThrow(
      expect.objectContaining({ code }),
    );
    expect(map).toEqual(before);
  });

  it('refuses a map that is no [h, w]', () => {
    const map = raster(new Float32Array(8), [2, 2, 2]);
    expect(() => obeyClicks(map, [])).toThrow(expect.objectContaining({ code: 'invalid-shape' }));
  });
});
