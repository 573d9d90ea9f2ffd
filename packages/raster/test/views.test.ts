import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { BOTH, simd } from './both.ts';

const { raster } = simd;
const SHAPE = [5, 9, 11];

/** A volume with two crossing balls, reproducible without a random source. */
function volume(): Uint8Array {
  const data = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]);
  for (let z = 0, i = 0; z < 5; z++) {
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 11; x++, i++) {
        const a = (z - 2) ** 2 * 3 + (y - 3) ** 2 + (x - 3) ** 2 < 9;
        const b = (z - 3) ** 2 * 2 + (y - 5) ** 2 + (x - 8) ** 2 < 10;
        data[i] = a || b ? 1 + (i % 7) : 0;
      }
    }
  }
  return data;
}

const VIEWS: [string, (v: ndarray.NdArray<Uint8Array>) => ndarray.NdArray<Uint8Array>][] = [
  ['whole', (v) => v],
  ['axial pick', (v) => v.pick(2, null, null)],
  ['coronal pick', (v) => v.pick(null, 4, null)],
  ['sagittal pick', (v) => v.pick(null, null, 7)],
  ['transposed', (v) => v.transpose(2, 0, 1)],
  ['transposed pick', (v) => v.pick(3, null, null).transpose(1, 0)],
  ['reversed along every axis', (v) => v.step(-1, -1, -1)],
  ['every second pixel, backwards', (v) => v.step(1, 2, -2)],
  ['part', (v) => v.lo(1, 2, 3).hi(3, 5, 6)],
  ['one row', (v) => v.pick(2, null, null).lo(3, 0).hi(1, 11)],
];

/** The same pixels, read one by one through ndarray's own `get`. */
function dense(view: ndarray.NdArray<Uint8Array>): { data: Uint8Array; shape: number[] } {
  const data: number[] = [];
  const walk = (at: number[]) => {
    if (at.length === view.shape.length) data.push(view.get(...at));
    else for (let i = 0; i < view.shape[at.length]; i++) walk([...at, i]);
  };
  walk([]);
  return { data: Uint8Array.from(data), shape: [...view.shape] };
}

function everything(way: (typeof BOTH)[number][1], mask: Parameters<typeof way.boundary>[0]) {
  return {
    chessboard: way.chamferDistance(mask),
    chamfer: way.chamferDistance(mask, { weights: '3-4', border: 'background' }),
    euclidean: way.euclideanDistance(mask, { spacing: mask.shape.map((_, i) => 1 + i / 3) }),
    components: way.connectedComponents(mask),
    boundary: way.boundary(mask),
    box: way.boundingBox(mask),
    copy: way.contiguous(mask),
  };
}

describe.each(BOTH)('real ndarray views give what a dense copy gives, %s', (_, way) => {
  test.each(VIEWS)('%s', (_, of) => {
    const data = volume();
    const view = of(ndarray(data, SHAPE));
    expect(everything(way, view)).toEqual(everything(way, dense(view)));
    expect(data).toEqual(volume());
  });
});

const TYPES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

test.each(TYPES.map((type) => ({ name: type.name, type })))('a mask of type $name', ({ type }) => {
  const [bytes, shape] = [volume(), SHAPE];
  const mask = { data: type.from(bytes as unknown as ArrayLike<number> & Iterable<number>), shape };
  const { copy: _, ...got } = everything(simd, mask);
  const { copy: __, ...want } = everything(simd, { data: bytes, shape });
  expect(got).toEqual(want);
});

test('values below 1 and negative values are inside', () => {
  const mask = { data: Float32Array.of(0, 0.25, -3, -0, 256), shape: [1, 5] };
  expect([...simd.chamferDistance(mask).data]).toEqual([0, 1, 1, 0, 1]);
  expect([...simd.boundary({ data: Int16Array.of(0, 256, -256, 0, 0), shape: [1, 5] }).data]).toEqual([
    0, 1, 1, 0, 0,
  ]);
});

test('SharedArrayBuffer-backed masks, at any offset into the buffer', () => {
  const plain = { data: volume(), shape: SHAPE };
  for (const start of [0, 1, 2, 3, 5]) {
    const shared = new Uint8Array(new SharedArrayBuffer(plain.data.length + start), start);
    shared.set(plain.data);
    const { copy: _, ...got } = everything(simd, { data: shared, shape: SHAPE });
    const { copy: __, ...want } = everything(simd, plain);
    expect(got).toEqual(want);
  }
});

test('an out array is overwritten entirely and returned; a Float32 one rounds once', () => {
  const mask = raster(Uint8Array.of(0, 1, 1, 1, 0, 0), [2, 3]);
  const out = new Float32Array(6).fill(9);
  expect(simd.chamferDistance(mask, { out }).data).toBe(out);
  expect([...out]).toEqual([0, 1, 1, 1, 0, 0]);
  out.fill(9);
  expect(simd.euclideanDistance(mask, { out }).data).toBe(out);
  expect(out).toEqual(Float32Array.from(simd.euclideanDistance(mask).data));
});

test('working memory kept between calls does not leak from one mask into the next', () => {
  const large = raster(new Float64Array(60 * 70).fill(1), [60, 70]);
  large.data[1234] = 0;
  const small = raster(Float64Array.of(0, 1, 1, 0, 1, 1), [2, 3]);
  const before = BOTH.map(([, way]) => everything(way, small));
  for (const [, way] of BOTH) everything(way, large);
  expect(BOTH.map(([, way]) => everything(way, small))).toEqual(before);
});
