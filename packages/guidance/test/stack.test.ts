import { describe, expect, it } from 'vitest';
import { renderGuidance, stackInput } from '../src/index.ts';

const image = { data: Int16Array.from([1, -2, 3, 4, 5, 6]), shape: [2, 3] };
const maps = renderGuidance([{ x: 1, y: 1, label: 'background' }], { shape: [2, 3] });

describe('stackInput', () => {
  it('is image, foreground, background as one batch of one', () => {
    const { data, shape } = stackInput(image, maps);
    expect(shape).toEqual([1, 3, 2, 3]);
    expect(data).toBeInstanceOf(Float32Array);
    expect([...data]).toEqual([1, -2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, ...maps.data.subarray(6)]);
  });

  it('reads strided views of the image and of the maps', () => {
    const flipped = { data: image.data, shape: [3, 2], stride: [-1, 3], offset: 2 };
    const turned = { data: maps.data, shape: [2, 3, 2], stride: [-6, -1, 3], offset: 8 };
    const { data } = stackInput(flipped, turned);
    expect([...data.subarray(0, 6)]).toEqual([3, 6, -2, 5, 1, 4]);
    const back = maps.data.subarray(6);
    expect([...data.subarray(6, 12)]).toEqual([back[2], back[5], back[1], back[4], back[0], back[3]]);
    expect([...data.subarray(12)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('stacks a volume, and writes into the memory it is lent', () => {
    const volume = { data: Float32Array.from({ length: 24 }, (_, i) => i), shape: [2, 3, 4] };
    const guidance = renderGuidance([{ x: 1, y: 1, z: 1, label: 'foreground' }], { shape: [2, 3, 4] });
    const out = new Float32Array(72);
    const { data, shape } = stackInput(volume, guidance, { out });
    expect(data).toBe(out);
    expect(shape).toEqual([1, 3, 2, 3, 4]);
    expect([...out]).toEqual([...volume.data, ...guidance.data]);
  });

  it('refuses what does not fit, and what a network would turn into NaN', () => {
    expect(() => stackInput(image, { data: new Float32Array(12), shape: [2, 3, 2] })).toThrow(
      /\[2,3,2\] is not \[2,2,3\]/,
    );
    expect(() => stackInput(image, image)).toThrow(/\[2,3\] is not \[2,2,3\]/);
    expect(() => stackInput(image, { data: new Float32Array(11), shape: [2, 2, 3] })).toThrow(/11 elements/);
    // A whole input, given as its maps.
    expect(() => stackInput(image, { data: new Float32Array(18), shape: [2, 2, 3] })).toThrow(
      /18 elements are more than \[2,2,3\]/,
    );
    expect(() => stackInput(image, maps, { out: new Float32Array(5) })).toThrow(/5 elements/);
    const out = new Float32Array(18).fill(2);
    const broken = { data: Float32Array.of(0, 1, Number.NaN, 3, 4, 5), shape: [2, 3] };
    expect(() => stackInput(broken, maps, { out })).toThrow(/image: NaN at element 2/);
    const endless = { data: Float64Array.of(0, 1, 2, Number.NEGATIVE_INFINITY, 4, 5), shape: [2, 3] };
    expect(() => stackInput(endless, maps, { out })).toThrow(/-Infinity at element 3/);
    const beyond = { data: Float64Array.of(0, 1e300, 2, 3, 4, 5), shape: [2, 3] };
    expect(() => stackInput(beyond, maps, { out })).toThrow(/1e\+300 at element 1/);
    const views = [new DataView(new ArrayBuffer(3)), new BigInt64Array(3)];
    for (const stride of [null, 5, 'abc', { slice: () => [3, 1] }, [6, 3], [6.5, 3, 1], ...views]) {
      const turned = { data: maps.data, shape: [2, 2, 3], stride: stride as never };
      expect(() => stackInput(image, turned, { out })).toThrow(
        expect.objectContaining({ code: 'invalid-array' }),
      );
    }
    expect(() => stackInput(image, { ...maps, stride: null as never })).toThrow(/stride null/);
    expect(out.every((v) => v === 2)).toBe(true);
    expect(() => stackInput(image, maps, null as never)).toThrow(/options/);
  });

  it("reads maps in Node's Buffer that lie in the memory it is lent", () => {
    const memory = new ArrayBuffer(72);
    // Under the image's pixels, which are written first.
    const bytes = Buffer.from(memory, 0, 12).fill(1);
    const { data } = stackInput(image, { data: bytes, shape: [2, 2, 3] }, { out: new Float32Array(memory) });
    expect([...data]).toEqual([1, -2, 3, 4, 5, 6, ...new Array(12).fill(1)]);
  });

  it('reads maps that lie in the memory it is lent', () => {
    const apart = stackInput(image, maps).data;
    const out = new Float32Array(18);
    out.set(maps.data, 0);
    const lying = { data: out.subarray(0, 12), shape: [2, 2, 3] };
    expect([...stackInput(image, lying, { out }).data]).toEqual([...apart]);
  });
});
