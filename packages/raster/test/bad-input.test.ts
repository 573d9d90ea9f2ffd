import { describe, expect, test } from 'vitest';
import {
  boundary,
  boundingBox,
  chamferDistance,
  connectedComponents,
  contiguous,
  crop,
  euclideanDistance,
  isClicksegError,
  type Raster,
  raster,
} from '../src/index.ts';

// Callers in plain JavaScript can pass anything.
const wild = (value: unknown) => value as never;
const slice = { data: new Uint8Array(6), shape: [2, 3] };
const volume = { data: new Uint8Array(8), shape: [2, 2, 2] };

function refusal(work: () => unknown): [string, string] {
  try {
    work();
  } catch (error) {
    if (isClicksegError(error)) return [error.code, error.message];
    throw error;
  }
  return ['none', ''];
}

const MASKS: [string, unknown, string, string][] = [
  ['nothing', undefined, 'invalid-array', 'undefined'],
  ['null', null, 'invalid-array', 'null'],
  ['a plain array', { data: [0, 1], shape: [1, 2] }, 'invalid-array', '[0,1]'],
  ['BigInt data', { data: new BigInt64Array(2), shape: [1, 2] }, 'invalid-array', 'BigInt64Array'],
  ['no stride but null', { data: new Uint8Array(2), shape: [1, 2], stride: null }, 'invalid-array', 'null'],
  ['no shape', { data: new Uint8Array(2) }, 'invalid-shape', 'undefined'],
  ['one axis', { data: new Uint8Array(2), shape: [2] }, 'invalid-shape', '[2]'],
  ['four axes', { data: new Uint8Array(2), shape: [1, 1, 1, 2] }, 'invalid-shape', '[1,1,1,2]'],
  ['a zero', { data: new Uint8Array(2), shape: [0, 2] }, 'invalid-shape', '0'],
  ['a fraction', { data: new Uint8Array(2), shape: [1.5, 2] }, 'invalid-shape', '1.5'],
  ['NaN', { data: new Uint8Array(2), shape: [Number.NaN, 2] }, 'invalid-shape', 'NaN'],
  ['an overflow', { data: new Uint8Array(2), shape: [1e9, 1e9] }, 'too-large', '1000000000'],
  ['too few data', { data: new Uint8Array(2), shape: [2, 2] }, 'invalid-array', '2 elements'],
  ['too many data', { data: new Uint8Array(8), shape: [2, 2] }, 'invalid-array', '8 elements'],
  [
    'a symbol in its shape',
    { data: new Uint8Array(4), shape: [Symbol('h'), 2] },
    'invalid-shape',
    'Symbol(h)',
  ],
  [
    'an object without a prototype in its shape',
    { data: new Uint8Array(4), shape: [Object.create(null), 2] },
    'invalid-shape',
    'object',
  ],
  ['a stride out', { data: new Uint8Array(4), shape: [2, 2], stride: [3, 1] }, 'invalid-array', '[3,1]'],
  ['a stride before', { data: new Uint8Array(4), shape: [2, 2], stride: [-2, 1] }, 'invalid-array', '[-2,1]'],
  ['an offset out', { data: new Uint8Array(4), shape: [2, 2], offset: 1 }, 'invalid-array', 'offset 1'],
  ['a short stride', { data: new Uint8Array(4), shape: [2, 2], stride: [1] }, 'invalid-array', '[1]'],
  [
    'a NaN stride',
    { data: new Uint8Array(4), shape: [2, 2], stride: [Number.NaN, 1] },
    'invalid-array',
    'NaN',
  ],
];

const DOORS: [string, (mask: Raster) => unknown][] = [
  ['chamferDistance', chamferDistance],
  ['euclideanDistance', euclideanDistance],
  ['connectedComponents', connectedComponents],
  ['boundary', boundary],
  ['boundingBox', boundingBox],
  ['contiguous', contiguous],
];

describe.each(DOORS)('%s refuses a mask with', (_, door) => {
  test.each(MASKS)('%s', (_, mask, code, value) => {
    const [got, message] = refusal(() => door(wild(mask)));
    expect(got).toBe(code);
    expect(message).toContain(value);
  });
});

const OPTIONS: [string, () => unknown, string, string][] = [
  ['weights', () => chamferDistance(slice, { weights: wild('3-5') }), 'invalid-option', '"3-5"'],
  [
    'inherited names',
    () => chamferDistance(slice, { weights: wild('toString') }),
    'invalid-option',
    'toString',
  ],
  ['5-7-11 in 3-D', () => chamferDistance(volume, { weights: '5-7-11' }), 'invalid-option', '5-7-11'],
  [
    'opencv-5x5 in 3-D',
    () => chamferDistance(volume, { weights: 'opencv-5x5' }),
    'invalid-option',
    'opencv-5x5',
  ],
  [
    'opencv-3x3 in 3-D',
    () => chamferDistance(volume, { weights: 'opencv-3x3' }),
    'invalid-option',
    'opencv-3x3',
  ],
  ['border', () => chamferDistance(slice, { border: wild('pad') }), 'invalid-option', '"pad"'],
  ['Euclidean border', () => euclideanDistance(slice, { border: wild(1) }), 'invalid-option', '1'],
  ['squared', () => euclideanDistance(slice, { squared: wild('yes') }), 'invalid-option', '"yes"'],
  ['out length', () => chamferDistance(slice, { out: new Float32Array(5) }), 'invalid-array', '5'],
  [
    'out type',
    () => chamferDistance(slice, { out: wild(new Float64Array(6)) }),
    'invalid-array',
    'Float64Array',
  ],
  [
    'Euclidean out',
    () => euclideanDistance(slice, { out: wild(new Int32Array(6)) }),
    'invalid-array',
    'Int32Array',
  ],
  ['connectivity', () => boundary(slice, { connectivity: 6 }), 'invalid-option', '6'],
  ['connectivity in 3-D', () => connectedComponents(volume, { connectivity: 8 }), 'invalid-option', '8'],
  ['margin', () => boundingBox(slice, { margin: -1 }), 'invalid-option', '-1'],
  ['box', () => crop(slice, { start: [1, 1], shape: [1, 3] }), 'invalid-option', '[1,3]'],
  ['no box', () => crop(slice, wild(undefined)), 'invalid-option', 'undefined'],
  ['raster data', () => raster(new Uint8Array(5), [2, 3]), 'invalid-array', '5'],
  ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY].map((s): [string, () => unknown, string, string] => [
    `spacing ${s}`,
    () => euclideanDistance(slice, { spacing: [1, s] }),
    'invalid-spacing',
    String(s),
  ]),
  ['spacing too large', () => euclideanDistance(slice, { spacing: [1, 1e155] }), 'invalid-spacing', '1e+155'],
  [
    'spacing too small',
    () => euclideanDistance(slice, { spacing: [1e-170, 1] }),
    'invalid-spacing',
    '1e-170',
  ],
  [
    'spacing of symbols',
    () => euclideanDistance(slice, { spacing: [1, wild(Symbol('s'))] }),
    'invalid-spacing',
    'Symbol(s)',
  ],
  ['spacing length', () => euclideanDistance(slice, { spacing: [1, 1, 1] }), 'invalid-spacing', '[1,1,1]'],
  [
    'spacing without z',
    () => euclideanDistance(volume, { spacing: { x: 1, y: 1 } }),
    'invalid-spacing',
    'undefined',
  ],
];

test.each(OPTIONS)('refuses %s, with the value in the message', (_, work, code, value) => {
  const [got, message] = refusal(work);
  expect(got).toBe(code);
  expect(message).toContain(value);
});

test('a refused call leaves the out array as it was', () => {
  const out = new Float32Array(6).fill(7);
  expect(refusal(() => chamferDistance(slice, { out, border: wild('') }))[0]).toBe('invalid-option');
  expect(out).toEqual(new Float32Array(6).fill(7));
});

test('takes any spacing that a unit could make', () => {
  const row = { data: Uint8Array.of(0, 1, 1, 1, 1, 1), shape: [2, 3] };
  for (const unit of [1e-50, 1e-9, 1, 1e12, 5e49]) {
    const field = euclideanDistance(row, { spacing: [unit, 2 * unit] });
    expect([...field.data].map((v) => v / unit)).toEqual(
      [0, 2, 4, 1, Math.sqrt(5), Math.sqrt(17)].map((v) => expect.closeTo(v, 12)),
    );
  }
});

test('a part of an array says where it lies', () => {
  const data = Uint8Array.of(1, 1, 0, 0, 1, 1);
  expect(boundingBox({ data, shape: [1, 2], offset: 0 })).toEqual({ start: [0, 0], shape: [1, 2] });
  expect(boundingBox({ data, shape: [1, 2], stride: [6, 1] })).toEqual({ start: [0, 0], shape: [1, 2] });
  expect(refusal(() => boundingBox({ data, shape: [1, 2] }))[0]).toBe('invalid-array');
});
