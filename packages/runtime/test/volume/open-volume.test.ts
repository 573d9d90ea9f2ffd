import { beforeAll, describe, expect, it } from 'vitest';
import { createSegmenter, type Segmenter } from '../../src/index.ts';
import { openVolume } from '../../src/volume/index.ts';
import { fakeBackend, metadata, onnx, picture } from '../support.ts';

const tagged = (code: string) => expect.objectContaining({ code });
const [d, h, w] = [3, 4, 5];
const voxels = Int16Array.from({ length: d * h * w }, (_, i) => i);
const volume = { data: voxels, shape: [d, h, w] };
const value = (z: number, y: number, x: number) => (z * h + y) * w + x;

let segmenter: Segmenter;
beforeAll(async () => {
  segmenter = await createSegmenter({ model: { data: onnx, metadata }, backend: fakeBackend().backend });
});

describe('openVolume', () => {
  it.each([
    [0, d, [h, w], (k: number, y: number, x: number) => value(k, y, x)],
    [1, h, [d, w], (k: number, y: number, x: number) => value(y, k, x)],
    [2, w, [d, h], (k: number, y: number, x: number) => value(y, x, k)],
  ] as const)('cuts along axis %i without copying', (axis, length, shape, at) => {
    const cut = openVolume(segmenter, volume, { axis });
    expect([cut.length, cut.sliceShape]).toEqual([length, shape]);
    for (let k = 0; k < length; k++) {
      const { data, stride = [], offset = 0 } = cut.slice(k);
      expect(data).toBe(voxels);
      for (let y = 0; y < shape[0]; y++) {
        for (let x = 0; x < shape[1]; x++) {
          expect(data[offset + y * stride[0] + x * stride[1]]).toBe(at(k, y, x));
        }
      }
    }
  });

  it('cuts a view that is upside down and begins inside its buffer', () => {
    const flipped = { data: voxels, shape: [2, h, w], stride: [-h * w, w, 1], offset: 2 * h * w };
    const { data, offset = 0 } = openVolume(segmenter, flipped).slice(1);
    expect(data[offset]).toBe(value(1, 0, 0));
  });

  it('opens a slice with the spacing of its own two axes', async () => {
    const cut = openVolume(segmenter, volume, { axis: 1, spacing: { x: 0.5, y: 2, z: 3 } });
    const it = await cut.open(1);
    expect(it.toJSON().image).toMatchObject({ shape: [d, w], spacing: [3, 0.5] });
  });

  it('takes a spacing of null for none, as a segmenter does', async () => {
    const cut = openVolume(segmenter, volume, { spacing: null });
    expect(cut.measure([picture(h, w, () => 1)]).volumeUnit).toBe('voxels');
    expect((await cut.open(0)).toJSON().image.spacing).toBeNull();
  });

  it('reads all slices alike, also one without air', async () => {
    const ct = Int16Array.from({ length: 2 * 16 }, (_, i) => (i < 16 ? -1000 + i : 40 + i));
    const image = async (data: Int16Array, index: number) =>
      (await openVolume(segmenter, { data, shape: [2, 4, 4] }).open(index)).toJSON().image;
    expect(await image(ct, 1)).toMatchObject({ hounsfield: true });
    expect(await image(ct.slice().reverse(), 0)).toMatchObject({ hounsfield: true });
    expect(await image(ct.map(Math.abs), 0)).toMatchObject({ hounsfield: false });
    expect((await segmenter.open({ data: ct.slice(16), shape: [4, 4] })).toJSON().image.hounsfield).toBe(
      false,
    );
  });

  it('measures masks in mm3, in voxels without a spacing', () => {
    const masks = [picture(h, w, (y) => (y < 2 ? 7 : 0)), picture(h, w, (_, x) => (x === 0 ? 1 : 0))];
    const mm = openVolume(segmenter, volume, { spacing: [3, 2, 0.5] }).measure(masks);
    expect(mm).toEqual({ voxels: 14, volume: 42, volumeUnit: 'mm3' });
    expect(openVolume(segmenter, volume).measure(masks)).toEqual({
      voxels: 14,
      volume: 14,
      volumeUnit: 'voxels',
    });
    expect(() => openVolume(segmenter, volume).measure([picture(w, h)])).toThrow(tagged('shape-mismatch'));
  });

  it('refuses what is no volume, and slices that are not there', async () => {
    for (const none of [null, {}] as never[])
      expect(() => openVolume(none, volume)).toThrow(tagged('invalid-option'));
    expect(() => openVolume(segmenter, picture(4, 4))).toThrow(tagged('invalid-shape'));
    expect(() => openVolume(segmenter, volume, { axis: 3 as 2 })).toThrow(tagged('invalid-option'));
    expect(() => openVolume(segmenter, volume, { spacing: [1, 2] })).toThrow(tagged('invalid-spacing'));
    for (const options of [null, 5, { intensities: 'HU' }] as never[]) {
      expect(() => openVolume(segmenter, volume, options)).toThrow(tagged('invalid-option'));
    }
    const cut = openVolume(segmenter, volume);
    for (const masks of [picture(h, w), null, 5] as never[]) {
      expect(() => cut.measure(masks)).toThrow(tagged('invalid-array'));
    }
    for (const index of [-1, 3, 0.5]) {
      expect(() => cut.slice(index)).toThrow(tagged('invalid-point'));
      await expect(cut.open(index)).rejects.toThrow(tagged('invalid-point'));
    }
  });
});
