import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import {
  arrayKind,
  boundingBox,
  chamferDistance,
  connectedComponents,
  contiguous,
  describe,
  emptyLike,
  euclideanDistance,
  raster,
  sharesMemory,
} from '../src/index.ts';

// Arrays of another window, or of a test runner's sandbox, are of other classes than ours.
const foreign = (code: string) => runInNewContext(code) as never;

it('takes arrays of another context for what they are', () => {
  expect(arrayKind(foreign('new Float32Array(2)'))).toBe('Float32Array');
  expect(arrayKind(Buffer.alloc(2))).toBe('Uint8Array');
  expect(arrayKind(foreign('new DataView(new ArrayBuffer(2))'))).toBe('DataView');
  expect(arrayKind([1])).toBeUndefined();
  expect(boundingBox(raster(foreign('Float32Array.of(0, 1, 0, 0)'), [2, 2]))).toEqual({
    start: [0, 1],
    shape: [1, 1],
  });
  expect(() => raster(foreign('new BigInt64Array(4)'), [2, 2])).toThrow(/BigInt64Array/);
  const out = foreign('new Float32Array(4)') as Float32Array;
  expect(chamferDistance(raster(Uint8Array.of(0, 1, 0, 0), [2, 2]), { out }).data).toBe(out);
});

it('makes arrays of the kind of any', () => {
  const own = emptyLike(Buffer.of(7, 7), 3);
  expect(own).toStrictEqual(new Uint8Array(3));
  expect(emptyLike(foreign('Float64Array.of(1)'), 2)).toStrictEqual(new Float64Array(2));
});

it('names a list that holds itself', () => {
  const list: unknown[] = [1, null];
  list.push(list);
  expect(describe(list)).toBe('[1,null,[...]]');
});

it('takes a shape that is a typed array', () => {
  const data = new Uint8Array(60).fill(1);
  expect(boundingBox({ data, shape: Int32Array.of(3, 5, 4) as never })).toEqual({
    start: [0, 0, 0],
    shape: [3, 5, 4],
  });
});

it('reads a mask that lies in the memory of its result', () => {
  const mask = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
  const apart = chamferDistance(raster(mask, [3, 3])).data;
  const out = new Float32Array(9);
  const lying = new Uint8Array(out.buffer, 4, 9);
  lying.set(mask);
  expect(sharesMemory(lying, out)).toBe(true);
  expect(sharesMemory(out.subarray(0, 2), out.subarray(2))).toBe(false);
  expect([...chamferDistance(raster(lying, [3, 3]), { out }).data]).toEqual([...apart]);
});

it('reads a Buffer that lies in the memory of its result: its slice would be a view', () => {
  const mask = Uint8Array.from({ length: 16 }, (_, i) => +(i % 4 !== 0));
  const apart = euclideanDistance(raster(mask, [4, 4])).data;
  const out = new Float64Array(16);
  const lying = Buffer.from(out.buffer, 0, 16);
  lying.set(mask);
  expect([...euclideanDistance(raster(lying, [4, 4]), { out }).data]).toEqual([...apart]);
});

it('copies a strided Buffer as the bytes that it is, without calling its deprecated constructor', () => {
  const warned = vi.spyOn(process, 'emitWarning');
  const { data } = contiguous({ data: Buffer.from([0, 1, 2, 3]), shape: [2, 2], stride: [1, 2] });
  expect([...data]).toEqual([0, 2, 1, 3]);
  expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

it.each([null, '5-7-11', 4, [4]])('refuses %j for options', (options) => {
  const mask = raster(new Uint8Array(4), [2, 2]);
  for (const work of [boundingBox, chamferDistance, connectedComponents]) {
    expect(() => work(mask, options as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  }
});
