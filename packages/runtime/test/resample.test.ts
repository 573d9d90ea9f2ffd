import { readFileSync } from 'node:fs';
import { isClicksegError, raster } from '@clickseg/raster';
import { describe, expect, it } from 'vitest';
import { createResampler, resample } from '../src/index.ts';

interface Case {
  image: number[];
  from_: [number, number];
  to: [number, number];
  out: number[];
}
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/resample.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

describe('resample', () => {
  it.each(cases)('equals numpy and Pillow from $from_ to $to', ({ image, from_, to, out }) => {
    const result = resample(raster(Float64Array.from(image), from_), to);
    expect(result.shape).toEqual(to);
    const worst = Math.max(...out.map((v, i) => Math.abs(v - result.data[i])));
    expect(worst).toBeLessThan(1e-4);
  });

  it('reads a reversed, strided view as it reads the same pixels dense', () => {
    const data = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * 1.7) * 50);
    const view = { data, shape: [5, 6], stride: [-20, 3], offset: 85 };
    const dense = new Float32Array(30);
    for (let y = 0; y < 5; y++) for (let x = 0; x < 6; x++) dense[y * 6 + x] = data[85 - y * 20 + x * 3];
    expect(resample(view, [8, 4]).data).toEqual(resample(raster(dense, [5, 6]), [8, 4]).data);
  });

  it('gives the same answer on every run of one resampler', () => {
    const resampler = createResampler([9, 9], [4, 14]);
    const image = Float32Array.from({ length: 81 }, (_, i) => (i * 37) % 11);
    const first = new Float32Array(56);
    const second = new Float32Array(56).fill(7);
    resampler.run(image, first);
    resampler.run(new Float32Array(81).fill(9), second);
    resampler.run(image, second);
    expect(second).toEqual(first);
  });

  it('does not mutate its input, nor return its memory', () => {
    const image = raster(new Float32Array([1, 2, 3, 4]), [2, 2]);
    const result = resample(image, [2, 2]);
    result.data[0] = 99;
    expect([...image.data]).toEqual([1, 2, 3, 4]);
  });

  it('refuses a volume and an empty target', () => {
    const volume = raster(new Float32Array(8), [2, 2, 2]);
    const error = (work: () => unknown) => {
      try {
        return void work();
      } catch (e) {
        return e;
      }
    };
    expect(
      isClicksegError(
        error(() => resample(volume, [2, 2])),
        'invalid-shape',
      ),
    ).toBe(true);
    expect(
      isClicksegError(
        error(() => resample(raster(new Uint8Array(4), [2, 2]), [0, 2])),
        'invalid-shape',
      ),
    ).toBe(true);
  });
});
