import { chamferDistance, isClicksegError, type Raster, raster } from '@clickseg/raster';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClickStrategy, clickProbability, disparity, nextClick, seededRandom } from '../src/index.ts';

const grid = (...rows: string[]): Raster =>
  raster(Uint8Array.from(rows.join(''), Number), [rows.length, rows[0].length]);
const STRATEGIES: ClickStrategy[] = ['sakinis', 'monai', 'ritm'];

/** All distances by definition: the nearest pixel outside the region, the frame included if asked. */
function bruteField(
  region: Uint8Array,
  [h, w]: number[],
  metric: (dy: number, dx: number) => number,
  framed: boolean,
) {
  const field = new Float64Array(h * w);
  for (let i = 0; i < h * w; i++) {
    if (region[i] === 0) continue;
    field[i] = Number.POSITIVE_INFINITY;
    for (let y = -1; y <= h; y++) {
      for (let x = -1; x <= w; x++) {
        const out = y < 0 || x < 0 || y === h || x === w;
        if (out ? !framed : region[y * w + x] !== 0) continue;
        field[i] = Math.min(field[i], metric(y - Math.floor(i / w), x - (i % w)));
      }
    }
  }
  return field;
}
const chessboard = (dy: number, dx: number) => Math.max(Math.abs(dy), Math.abs(dx));
const squares = (dy: number, dx: number) => dy * dy + dx * dx;

/** The paper's rule, step by step and without cropping. */
function bruteClick(gt: Uint8Array, pred: Uint8Array, shape: number[], u: number) {
  const missed = gt.map((g, i) => (g !== 0 && pred[i] === 0 ? 1 : 0));
  const spilled = gt.map((g, i) => (g === 0 && pred[i] !== 0 ? 1 : 0));
  const count = (m: Uint8Array) => m.reduce((a, b) => a + b, 0);
  if (count(missed) + count(spilled) === 0) return undefined;
  const label = count(spilled) > count(missed) ? 'background' : 'foreground';
  const field = bruteField(label === 'background' ? spilled : missed, shape, chessboard, false);
  const weights = [...field].map((d) => (d === Number.POSITIVE_INFINITY ? 1 : Math.expm1(d)));
  const total = weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  const sums = weights.map((w) => {
    sum += w;
    return sum;
  });
  const at = sums.findIndex((s) => s > u * total);
  return { x: at % shape[1], y: Math.floor(at / shape[1]), label };
}

/** RITM's rule likewise. */
function bruteRitm(gt: Uint8Array, pred: Uint8Array, shape: number[]) {
  const deepest = (region: Uint8Array) => {
    const field = bruteField(region, shape, squares, true);
    const most = Math.max(...field);
    return { most, at: field.indexOf(most) };
  };
  const fn = deepest(gt.map((g, i) => (g !== 0 && pred[i] === 0 ? 1 : 0)));
  const fp = deepest(gt.map((g, i) => (g === 0 && pred[i] !== 0 ? 1 : 0)));
  if (fn.most + fp.most === 0) return undefined;
  const { at } = fn.most > fp.most ? fn : fp;
  return {
    x: at % shape[1],
    y: Math.floor(at / shape[1]),
    label: fn.most > fp.most ? 'foreground' : 'background',
  };
}

const pairs = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 21 })).chain(([h, w]) => {
  const mask = fc.uint8Array({ min: 0, max: 1, minLength: h * w, maxLength: h * w });
  return fc.tuple(
    mask,
    mask,
    fc.constant([h, w]),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  );
});

/** Thousands of comparisons, of which only a failing one pays for vitest's. */
function same(ours: unknown, expected: unknown, wrong: Uint8Array) {
  if (JSON.stringify(ours) !== JSON.stringify(expected)) expect(ours, `${wrong}`).toEqual(expected);
}

describe('nextClick against brute force', () => {
  it('every gt and pred of 2 x 2, all strategies', () => {
    for (let code = 0; code < 256; code++) {
      const gt = Uint8Array.from({ length: 4 }, (_, i) => (code >> i) & 1);
      const pred = Uint8Array.from({ length: 4 }, (_, i) => (code >> (4 + i)) & 1);
      for (const u of [0, 0.3, 0.7]) {
        const ours = nextClick(raster(gt, [2, 2]), raster(pred, [2, 2]), { random: () => u });
        expect(ours, `${gt} ${pred} ${u}`).toEqual(bruteClick(gt, pred, [2, 2], u));
      }
      const ritm = nextClick(raster(gt, [2, 2]), raster(pred, [2, 2]), { strategy: 'ritm' });
      expect(ritm, `${gt} ${pred}`).toEqual(bruteRitm(gt, pred, [2, 2]));
    }
  });

  it.each([[[3, 3]], [[2, 5]]])('every mask of %j, missed or spilled, alone or with others', (shape) => {
    const n = shape[0] * shape[1];
    for (let code = 0; code < 1 << n; code++) {
      const mask = Uint8Array.from({ length: n }, (_, i) => (code >> i) & 1);
      const rest = mask.map((v, i) => (i % 2 === 0 ? 1 - v : v));
      const none = new Uint8Array(n);
      for (const [gt, pred] of [
        [mask, none],
        [none, mask],
        [mask, rest],
      ]) {
        const [g, p] = [raster(gt, shape), raster(pred, shape)];
        const wrong = gt.map((v, i) => v ^ pred[i]);
        const D = disparity(g, p).data;
        same(D.join(), Int8Array.from(gt, (v, i) => v - pred[i]).join(), wrong);
        for (const u of [0, 0.3137, 0.9999]) {
          const expected = bruteClick(gt, pred, shape, u);
          same(nextClick(g, p, { random: () => u }), expected, wrong);
          same(nextClick(g, p, { random: () => u, strategy: 'monai' }), expected, wrong);
        }
        same(nextClick(g, p, { strategy: 'ritm' }), bruteRitm(gt, pred, shape), wrong);
        const field = bruteField(wrong, shape, chessboard, false);
        const weights = field.map((d) => (d === Number.POSITIVE_INFINITY ? 1 : Math.exp(d) - 1));
        const total = weights.reduce((a, b) => a + b, 0) || 1;
        clickProbability(raster(field, shape)).data.forEach((v, i) => {
          if (!(Math.abs(v - weights[i] / total) < 1e-14)) expect(v, `${wrong}`).toBe(weights[i] / total);
        });
      }
    }
  });

  it('random masks of any shape', () => {
    fc.assert(
      fc.property(pairs, ([gt, pred, [h, w], u]) => {
        const shape = [h, w];
        const [g, p] = [raster(gt, shape), raster(pred, shape)];
        const expected = bruteClick(gt, pred, shape, u);
        expect(nextClick(g, p, { random: () => u })).toEqual(expected);
        expect(nextClick(g, p, { random: () => u, strategy: 'monai' })).toEqual(expected);
        expect(nextClick(g, p, { strategy: 'ritm' })).toEqual(bruteRitm(gt, pred, shape));
      }),
      { seed: 1, numRuns: 80 },
    );
  });

  it('a cropped field is the field of the whole image, for every distance and border', () => {
    fc.assert(
      fc.property(pairs, ([gt, , [h, w], u]) => {
        const shape = [h, w];
        const g = raster(gt, shape);
        for (const weights of [
          'chessboard',
          'city-block',
          '3-4',
          '5-7-11',
          'opencv-3x3',
          'opencv-5x5',
        ] as const) {
          for (const border of ['ignore', 'background'] as const) {
            const whole = chamferDistance(g, { weights, border });
            if (!whole.data.some((d) => d > 0 && d < Number.POSITIVE_INFINITY)) continue;
            // The same click from a field that is computed on the whole image and passed in already cropped.
            const ours = nextClick(g, undefined, { distance: weights, border, random: () => u });
            const at = (ours?.y ?? 0) * shape[1] + (ours?.x ?? 0);
            const weight = whole.data.map((d) => Math.expm1(d));
            const total = weight.reduce((a, b) => a + b, 0);
            const before = weight.slice(0, at).reduce((a, b) => a + b, 0);
            expect(before / total).toBeLessThan(u + 1e-5);
            expect((before + weight[at]) / total).toBeGreaterThan(u - 1e-5);
          }
        }
      }),
      { seed: 2, numRuns: 25 },
    );
  });
});

describe('rules and ties, as each source has them', () => {
  const gt = grid('11000', '11000', '00000');
  it('equal areas: the paper and MONAI click foreground, RITM background on equal distances', () => {
    const pred = grid('00000', '00000', '00011').data.fill(0);
    pred.set([1, 1], 8);
    pred.set([1, 1], 13);
    const p = raster(pred as Uint8Array, [3, 5]);
    expect(nextClick(gt, p)?.label).toBe('foreground');
    expect(nextClick(gt, p, { strategy: 'monai' })?.label).toBe('foreground');
    expect(nextClick(gt, p, { strategy: 'ritm' })?.label).toBe('background');
  });

  it('a perfect prediction gives no click, where RITM clicks background at (0, 0)', () => {
    for (const strategy of STRATEGIES) expect(nextClick(gt, gt, { strategy })).toBeUndefined();
    const empty = grid('000', '000');
    for (const strategy of STRATEGIES) expect(nextClick(empty, undefined, { strategy })).toBeUndefined();
  });

  it('an all-foreground mask gives a click, each pixel alike, where MONAI drops it', () => {
    const full = grid('1111', '1111');
    expect(nextClick(full, undefined, { random: () => 0 })).toEqual({ x: 0, y: 0, label: 'foreground' });
    expect(nextClick(full, undefined, { random: () => 0.99 })).toEqual({ x: 3, y: 1, label: 'foreground' });
    expect(nextClick(full, undefined, { strategy: 'ritm', border: 'ignore' })).toEqual({
      x: 0,
      y: 0,
      label: 'foreground',
    });
  });

  it('RITM never clicks a pixel twice, and gives up when all are clicked', () => {
    const one = grid('000', '010', '000');
    const clicks = [{ x: 1, y: 1, label: 'foreground' }] as const;
    expect(nextClick(one, undefined, { strategy: 'ritm', clicks })).toBeUndefined();
    expect(nextClick(one, undefined, { clicks })).toEqual(clicks[0]);
  });

  it('distances of 1,022 and more do not overflow', () => {
    const n = 1500;
    const line = raster(new Uint8Array(n * 3).fill(1), [3, n]);
    line.data[0] = 0;
    for (const strategy of ['sakinis', 'monai'] as const) {
      const c = nextClick(line, undefined, { strategy, distance: 'city-block', random: () => 0.5 });
      expect(c?.x).toBeGreaterThan(n - 10);
    }
  });

  it('a very deep euclidean field takes the innermost part too', () => {
    const line = raster(new Uint8Array(3 * 6000).fill(1), [3, 6000]);
    line.data[0] = 0;
    expect(nextClick(line, undefined, { distance: 'euclidean', random: () => 0.5 })?.x).toBeGreaterThan(5990);
    expect(nextClick(line, undefined, { random: () => 0.5 })?.x).toBeGreaterThan(5990);
  });
});

describe('arrays of any layout', () => {
  const shape = [5, 7];
  const g = Uint8Array.from('00110000111100011110000110000000000', Number);
  const p = Uint8Array.from('00000000000110000111000011000000000', Number);
  const expected = nextClick(raster(g, shape), raster(p, shape), { random: () => 0.4 });

  it.each([
    [
      'signed',
      (m: Uint8Array): Raster =>
        raster(
          Int8Array.from(m, (v) => -v),
          shape,
        ),
    ],
    [
      'float',
      (m: Uint8Array): Raster =>
        raster(
          Float32Array.from(m, (v) => v * 0.2),
          shape,
        ),
    ],
    [
      'labels',
      (m: Uint8Array): Raster =>
        raster(
          Uint16Array.from(m, (v) => v * 256),
          shape,
        ),
    ],
    [
      'byte labels',
      (m: Uint8Array): Raster =>
        raster(
          m.map((v, i) => v * (1 + (i % 200))),
          shape,
        ),
    ],
    [
      'transposed',
      (m: Uint8Array): Raster => ({
        data: Uint8Array.from({ length: 35 }, (_, i) => m[(i % 5) * 7 + Math.floor(i / 5)]),
        shape,
        stride: [1, 5],
      }),
    ],
    [
      'upside down',
      (m: Uint8Array): Raster => ({ data: m.slice().reverse(), shape, stride: [-7, -1], offset: 34 }),
    ],
    ['offset', (m: Uint8Array): Raster => ({ data: Uint8Array.from([9, 9, 9, ...m]), shape, offset: 3 })],
    [
      'shared',
      (m: Uint8Array): Raster => {
        const data = new Uint8Array(new SharedArrayBuffer(40), 5);
        data.set(m);
        return raster(data, shape);
      },
    ],
  ])('%s', (_, layout) => {
    const [a, b] = [layout(g), layout(p)];
    const before = [a.data.slice(), b.data.slice()];
    expect(nextClick(a, b, { random: () => 0.4 })).toEqual(expected);
    expect(nextClick(a, raster(p, shape), { random: () => 0.4 })).toEqual(expected);
    expect([a.data.slice(), b.data.slice()]).toEqual(before);
  });

  it('a volume, whose slices lie apart', () => {
    const volume = new Uint8Array(4 * 35);
    volume.set(g, 2 * 35);
    const click = nextClick(raster(volume, [4, ...shape]), undefined, {
      random: () => 0.4,
      strategy: 'ritm',
    });
    expect(click).toMatchObject({ z: 2, label: 'foreground' });
    expect(nextClick(raster(volume.fill(1), [4, ...shape]), undefined, { random: () => 0.999 })).toEqual({
      x: 6,
      y: 4,
      z: 3,
      label: 'foreground',
    });
  });
});

describe('ignored pixels', () => {
  const gt = grid('1111', '1111', '0022', '0022');
  const pred = grid('1100', '1100', '0011', '1111');
  it('count neither as missed nor as spilled, by value or by mask', () => {
    const mask = raster(
      gt.data.map((v) => (v === 2 ? 1 : 0)),
      [4, 4],
    );
    const label = gt.data.map((v) => (v === 2 ? 0 : v));
    const seen = pred.data.map((v, i) => (gt.data[i] === 2 ? 0 : v));
    for (const u of [0, 0.4, 0.9]) {
      const expected = nextClick(raster(label, [4, 4]), raster(seen, [4, 4]), { random: () => u });
      expect(nextClick(gt, pred, { ignore: 2, random: () => u })).toEqual(expected);
      expect(nextClick(gt, pred, { ignore: mask, random: () => u })).toEqual(expected);
    }
    expect(nextClick(gt, grid('1111', '1111', '0011', '0000'), { ignore: 2 })).toBeUndefined();
    for (const [data, ignore] of [
      [Int8Array.of(1, 1, -1, 0), -1],
      [Buffer.from([1, 1, 255, 0]), 255],
      [Float32Array.of(1, 1, Math.fround(0.1), 0), Math.fround(0.1)],
      [Float64Array.of(1, 1, 0.1, 0), 0.1],
    ] as const) {
      const view = { data, shape: [2, 2] };
      expect([...disparity(view, grid('00', '00'), { ignore }).data]).toEqual([1, 1, 0, 0]);
    }
  });
});

describe('bad input', () => {
  const gt = grid('11', '11');
  it.each([
    ['another shape', () => nextClick(gt, grid('1')), 'shape-mismatch', '[2,2] and [1,1]'],
    ['another shape to ignore', () => nextClick(gt, gt, { ignore: grid('1') }), 'shape-mismatch', '[1,1]'],
    ['no raster', () => nextClick(5 as never, gt), 'invalid-array', '5'],
    ['strategy', () => nextClick(gt, gt, { strategy: 'best' as never }), 'invalid-option', '"best"'],
    [
      'distance',
      () => nextClick(gt, gt, { distance: 'manhattan' as never }),
      'invalid-option',
      '"manhattan"',
    ],
    ['border', () => nextClick(gt, gt, { border: 'wrap' as never }), 'invalid-option', '"wrap"'],
    [
      'weights of a slice on a volume',
      () => nextClick(raster(new Uint8Array(8), [2, 2, 2]), undefined, { distance: '5-7-11' }),
      'invalid-option',
      '"5-7-11" is for slices only',
    ],
    [
      'spacing 0',
      () => nextClick(gt, gt, { distance: 'euclidean', spacing: [0, 1] }),
      'invalid-spacing',
      '[0,1]',
    ],
    [
      'spacing of a volume',
      () => nextClick(gt, gt, { distance: 'euclidean', spacing: [1, 1, 1] }),
      'invalid-spacing',
      '3 values for 2 axes',
    ],
    [
      'no spacing',
      () => nextClick(gt, gt, { distance: 'euclidean', spacing: null as never }),
      'invalid-spacing',
      'null',
    ],
    [
      'clicks that only have a length',
      () => nextClick(gt, gt, { clicks: { length: 1 } as never }),
      'invalid-option',
      'clicks Object is no list',
    ],
    [
      'ignore -1 among bytes',
      () => nextClick(gt, gt, { ignore: -1 }),
      'invalid-option',
      '-1 fits no Uint8Array',
    ],
    [
      'ignore 1e10 among 32 bits',
      () => disparity(raster(new Int32Array(4), [2, 2]), gt, { ignore: 1e10 }),
      'invalid-option',
      '10000000000 fits no Int32Array',
    ],
    [
      'ignore 0.1 in single precision',
      () => disparity(raster(new Float32Array(4), [2, 2]), gt, { ignore: 0.1 }),
      'invalid-option',
      '0.1 fits no Float32Array',
    ],
    ['ignore 0', () => nextClick(gt, gt, { ignore: 0 }), 'invalid-option', '0'],
    [
      'spacing without euclidean',
      () => nextClick(gt, gt, { spacing: [1, 1] }),
      'invalid-option',
      'chessboard',
    ],
    ['random', () => nextClick(gt, undefined, { random: () => 1 }), 'invalid-option', '1'],
    ['random that is none', () => nextClick(gt, undefined, { random: 42 as never }), 'invalid-option', '42'],
    ['clicks', () => nextClick(gt, undefined, { clicks: null as never }), 'invalid-option', 'null'],
    ['random NaN', () => nextClick(gt, undefined, { random: () => Number.NaN }), 'invalid-option', 'NaN'],
    [
      'click',
      () => nextClick(gt, gt, { clicks: [{ x: Number.NaN, y: 0, label: 'foreground' }] }),
      'invalid-point',
      'NaN',
    ],
    [
      'a field of zeros',
      () =>
        nextClick(grid('10'), undefined, {
          distance: (m) => raster(new Float32Array(m.data.length), m.shape),
        }),
      'invalid-option',
      'where the mask is 1',
    ],
    [
      'a field of another shape',
      () => nextClick(grid('10'), undefined, { distance: () => grid('1') }),
      'shape-mismatch',
      '[1,1]',
    ],
  ] as const)('%s', (_, act, code, value) => {
    try {
      act();
      expect.unreachable();
    } catch (error) {
      expect(isClicksegError(error, code), String(error)).toBe(true);
      expect(String(error)).toContain(value);
    }
  });

  it('takes no random number where an option is refused', () => {
    let calls = 0;
    const random = () => {
      calls++;
      return 0.5;
    };
    const volume = raster(new Uint8Array(8).fill(1, 0, 3), [2, 2, 2]);
    for (const distance of ['5-7-11', 'opencv-3x3', 'opencv-5x5'] as const) {
      expect(() => nextClick(volume, undefined, { distance, random })).toThrow(/slices only/);
    }
    const spacing = { x: 1 } as never;
    expect(() => nextClick(volume, undefined, { distance: 'euclidean', spacing, random })).toThrow(/spacing/);
    expect(calls).toBe(0);
  });

  it('takes one random number a click, none where nothing is wrong', () => {
    let calls = 0;
    const random = () => {
      calls++;
      return 0.5;
    };
    nextClick(gt, gt, { random });
    expect(calls).toBe(0);
    nextClick(gt, undefined, { random });
    expect(calls).toBe(1);
  });

  it('clicks in proportion to exp(d) - 1', () => {
    const mask = grid('00000', '01110', '01110', '01110', '00000');
    const random = seededRandom(1);
    let middle = 0;
    for (let i = 0; i < 2000; i++) {
      const c = nextClick(mask, undefined, { random });
      if (c?.x === 2 && c.y === 2) middle++;
    }
    // Nine pixels, one of distance 2.
    const p = Math.expm1(2) / (Math.expm1(2) + 8 * Math.expm1(1));
    expect(Math.abs(middle / 2000 - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 2000));
  });
});
