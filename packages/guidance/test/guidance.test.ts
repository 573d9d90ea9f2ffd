import { isClicksegError } from '@clickseg/raster';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Click,
  type ClickId,
  createGuidance,
  type GuidanceOptions,
  renderGuidance,
} from '../src/index.ts';

/** The numbers as bits, so that 0 and -0 differ and so does the last digit. */
const bits = (data: Float32Array | Float64Array) => Buffer.from(data.slice().buffer);

const shapes = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 })),
);
const setups = fc.record({
  shape: shapes,
  sigma: fc.oneof(fc.constantFrom(0.1, 0.5, 1, 2, 5, 50), fc.double({ min: 0.1, max: 8, noNaN: true })),
  kernel: fc.constantFrom('sampled' as const, 'erf' as const),
  dtype: fc.constantFrom('float32' as const, 'float64' as const),
});
// Places as parts of the image; the coarse ones meet often, so that clicks repeat, touch and overlap.
const part = fc.oneof(
  fc.integer({ min: 0, max: 7 }).map((n) => n / 8),
  fc.double({ min: 0, max: 0.999, noNaN: true }),
);
const edits = fc.array(
  fc.record({
    verb: fc.constantFrom('add', 'add', 'add', 'move', 'move', 'nudge', 'remove', 'clear'),
    which: fc.nat(),
    x: part,
    y: part,
    z: part,
    label: fc.constantFrom('foreground' as const, 'background' as const),
  }),
  { minLength: 1, maxLength: 25 },
);

describe('createGuidance', () => {
  it('equals a fresh render bit for bit after every edit of any sequence', () => {
    fc.assert(
      fc.property(setups, edits, (options, sequence) => {
        const guidance = createGuidance(options);
        const [width, height, depth = 1] = [...options.shape].reverse();
        const ids: ClickId[] = [];
        for (const { verb, which, label, ...at } of sequence) {
          const to = { x: at.x * width - 0.5, y: at.y * height - 0.5, z: at.z * depth - 0.5 };
          const id = ids[which % Math.max(1, ids.length)];
          if (verb === 'add' || id === undefined) ids.push(guidance.add({ ...to, label }));
          else if (verb === 'move') guidance.move(id, to);
          else if (verb === 'nudge') {
            const { x, y, z } = guidance.clicks.find((c) => c.id === id)!;
            guidance.move(id, { x: Math.max(0, x - 1), y, z });
          } else if (verb === 'remove') {
            guidance.remove(id);
            ids.splice(ids.indexOf(id), 1);
          } else {
            guidance.clear();
            ids.length = 0;
          }
          expect(guidance.clicks.map((c) => c.id)).toEqual(ids);
          const fresh = renderGuidance(guidance.clicks, options);
          expect(bits(guidance.maps.data).equals(bits(fresh.data))).toBe(true);
        }
      }),
      { seed: 4242, numRuns: 60 },
    );
  });

  it.each([
    ['one click', 1],
    ['clicks apart, cut by the border and overlapping', 15],
    ['as many clicks as are looked at in pairs', 64],
    ['one more', 65],
    ['a crowd', 120],
  ])('equals a fresh render bit for bit: %s', (_, count) => {
    for (const sigma of [0.1, 2, 9]) {
      for (const kernel of ['sampled', 'erf'] as const) {
        for (const dtype of ['float32', 'float64'] as const) {
          const options = { shape: [180, 260], sigma, kernel, dtype };
          const guidance = createGuidance(options);
          for (let i = 0; i < count; i++) {
            guidance.add({ x: (i * 97 + 31) % 260, y: (i * 61 + 40) % 180, label: 'foreground' });
          }
          const fresh = renderGuidance(guidance.clicks, options);
          expect(bits(guidance.maps.data).equals(bits(fresh.data))).toBe(true);
        }
      }
    }
  });

  it('equals a fresh render where the rims of two bells meet, or just do not', () => {
    // At sigma 2 a bell reaches 8 pixels, so that two that are 16 apart share a line of pixels.
    const options = { shape: [60, 60], dtype: 'float64' as const };
    for (const away of [15, 16, 17]) {
      for (const [x, y] of [
        [away, 0],
        [0, away],
        [away, away],
        [-away, away],
      ]) {
        const guidance = createGuidance(options);
        guidance.add({ x: 30, y: 20, label: 'foreground' });
        guidance.add({ x: 30 + x, y: 20 + y, label: 'foreground' });
        const fresh = renderGuidance(guidance.clicks, options);
        expect(bits(guidance.maps.data).equals(bits(fresh.data))).toBe(true);
      }
    }
  });

  it('equals a fresh render where one bell fills the slice, so that its rim is the minimum', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const options = { shape: [17, 17], dtype };
      const guidance = createGuidance(options);
      guidance.add({ x: 8, y: 8, label: 'background' });
      const { data } = renderGuidance(guidance.clicks, options);
      expect(bits(guidance.maps.data).equals(bits(data))).toBe(true);
      expect([data[289], data[289 + 8 * 17 + 8]]).toEqual([0, 1]);
      expect(data[290]).toBeGreaterThan(0);
    }
  });

  it('keeps up with 10,000 clicks', () => {
    const options = { shape: [512, 512] };
    const guidance = createGuidance(options);
    // Steps that share no factor with 2^18, so that the clicks are scattered over the slice.
    const place = (i: number) => {
      const pixel = (i * 104_729) % (512 * 512);
      return { x: pixel % 512, y: Math.floor(pixel / 512) };
    };
    for (let i = 0; i < 10_000; i++) {
      guidance.add({ ...place(i), label: i % 2 ? 'foreground' : 'background' });
    }
    for (const { id } of guidance.clicks.filter((_, i) => i % 97 === 0)) guidance.move(id, place(id * 7));
    for (const { id } of guidance.clicks.filter((_, i) => i % 89 === 0)) guidance.remove(id);
    const fresh = renderGuidance(guidance.clicks, options);
    expect(bits(guidance.maps.data).equals(bits(fresh.data))).toBe(true);
  });

  it('is back at zeros, and at the same maps, when clicks go and come again in another order', () => {
    const options = { shape: [60, 90] };
    const guidance = createGuidance(options);
    const places = [
      [10, 10],
      [14, 11],
      [12, 14],
      [80, 50],
    ].map(([x, y]) => ({ x, y, label: 'foreground' as const }));
    const first = places.map((c) => guidance.add(c));
    const before = bits(guidance.maps.data);
    for (const id of first) guidance.remove(id);
    expect(guidance.maps.data.every((v) => Object.is(v, 0))).toBe(true);
    for (const click of places.reverse()) guidance.add(click);
    expect(bits(guidance.maps.data).equals(before)).toBe(true);
  });

  it('scales the rest of the map again when two clicks approach, and back when they part', () => {
    const guidance = createGuidance({ shape: [64, 64] });
    guidance.add({ x: 8, y: 8, label: 'foreground' });
    guidance.add({ x: 50, y: 50, label: 'foreground' });
    const moved = guidance.add({ x: 50, y: 20, label: 'foreground' });
    const lone = 8 * 64 + 8;
    expect(guidance.maps.data[lone]).toBe(1);
    guidance.move(moved, { x: 51, y: 50 });
    // Two equal bells a pixel apart peak at 1 + exp(-1/8) of one.
    expect(guidance.maps.data[lone]).toBeCloseTo(1 / (1 + Math.exp(-1 / 8)), 6);
    guidance.move(moved, { x: 20, y: 40 });
    expect(guidance.maps.data[lone]).toBe(1);
  });

  it('counts a pixel clicked twice once, and keeps it until both clicks are gone', () => {
    const guidance = createGuidance({ shape: [40, 40] });
    const one = guidance.add({ x: 9, y: 9, label: 'foreground' });
    const before = bits(guidance.maps.data);
    const two = guidance.add({ x: 9.2, y: 8.8, label: 'foreground' });
    expect(bits(guidance.maps.data).equals(before)).toBe(true);
    guidance.remove(one);
    expect(bits(guidance.maps.data).equals(before)).toBe(true);
    guidance.remove(two);
    expect(guidance.maps.data.some((v) => v !== 0)).toBe(false);
  });

  it('tells clicks apart by id, never used again, and lists them as they were given', () => {
    const guidance = createGuidance({ shape: [9, 9] });
    const a = guidance.add({ x: 1.4, y: 2, label: 'foreground' });
    const b = guidance.add({ x: 3, y: 4, z: 7, label: 'background' });
    guidance.move(a, { x: 2, y: 2.25 });
    expect(guidance.clicks).toEqual([
      { id: a, x: 2, y: 2.25, label: 'foreground' },
      { id: b, x: 3, y: 4, z: 7, label: 'background' },
    ]);
    // On a slice `z` says which one of its volume; a move says where on it.
    guidance.move(b, { x: 5, y: 4 });
    expect(guidance.clicks[1]).toEqual({ id: b, x: 5, y: 4, z: 7, label: 'background' });
    guidance.move(b, { x: 5, y: 4, z: 8 });
    expect(guidance.clicks[1]).toEqual({ id: b, x: 5, y: 4, z: 8, label: 'background' });
    guidance.clear();
    expect(guidance.clicks).toEqual([]);
    expect([a, b]).not.toContain(guidance.add({ x: 0, y: 0, label: 'foreground' }));
  });

  it('leaves maps and clicks as they were when an edit throws', () => {
    const guidance = createGuidance({ shape: [20, 30] });
    const id = guidance.add({ x: 3, y: 4, label: 'foreground' });
    const maps = bits(guidance.maps.data);
    const { clicks } = guidance;
    const bad: [() => unknown, string, RegExp][] = [
      [() => guidance.add({ x: 30, y: 4, label: 'foreground' }), 'invalid-point', /x 30 /],
      [() => guidance.add({ x: Number.NaN, y: 4, label: 'foreground' }), 'invalid-point', /NaN/],
      [() => guidance.add({ x: 3, y: 4, label: 'fg' } as unknown as Click), 'invalid-point', /"fg"/],
      [() => guidance.add(undefined as unknown as Click), 'invalid-point', /undefined/],
      [() => guidance.move(id, { x: 3, y: Number.POSITIVE_INFINITY }), 'invalid-point', /Infinity/],
      [() => guidance.move(id, { x: 3, y: -0.6 }), 'invalid-point', /-0.6/],
      [() => guidance.move(id, null as unknown as Click), 'invalid-point', /x undefined/],
      [() => guidance.move(77, { x: 3, y: 4 }), 'unknown-click', /77/],
      [() => guidance.remove(78), 'unknown-click', /78/],
    ];
    for (const [edit, code, message] of bad) {
      expect(edit).toThrow(message);
      expect(edit).toThrow(expect.toSatisfy((e) => isClicksegError(e, code as never)));
      expect(guidance.clicks).toEqual(clicks);
      expect(bits(guidance.maps.data).equals(maps)).toBe(true);
    }
  });

  it('refuses options at the door', () => {
    const make = (options: unknown) => () => createGuidance(options as GuidanceOptions);
    expect(make({ shape: [4, 4], sigma: 0 })).toThrow(/sigma 0 /);
    expect(make({ shape: [0, 4] })).toThrow(/0 in \[0,4\]/);
  });
});

it('refuses edits after its maps were transferred away', () => {
  const guidance = createGuidance({ shape: [8, 8] });
  const id = guidance.add({ x: 2, y: 3, label: 'foreground' });
  structuredClone(guidance.maps.data, { transfer: [guidance.maps.data.buffer as ArrayBuffer] });
  const refused = expect.objectContaining({ code: 'invalid-array' });
  expect(() => guidance.add({ x: 1, y: 1, label: 'background' })).toThrow(refused);
  expect(() => guidance.move(id, { x: 1, y: 1 })).toThrow(refused);
  expect(guidance.clicks).toHaveLength(1);
});
