import { describe, expect, it } from 'vitest';
import { diskGuidance, distanceGuidance } from '../src/encodings.ts';
import type { Click } from '../src/index.ts';

const clicks: Click[] = [
  { x: 0, y: 0, z: 1, label: 'foreground' },
  { x: 9, y: 4, z: 3, label: 'foreground' },
  { x: 9.3, y: 3.6, z: 3, label: 'foreground' },
];

/** Distance of each pixel to the nearest of the clicks, by trying them all. */
function nearest([depth, height, width]: number[], places: number[][]): number[] {
  const field: number[] = [];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        field.push(Math.min(...places.map(([px, py, pz]) => Math.hypot(x - px, y - py, z - pz))));
      }
    }
  }
  return field;
}

const volume = [5, 12, 14];
const size = 5 * 12 * 14;
const places = [
  [0, 0, 1],
  [9, 4, 3],
];

describe('diskGuidance', () => {
  it('is 1 up to the radius, the rim included, as RITM has it', () => {
    const { data, shape } = diskGuidance([{ x: 6, y: 6, label: 'background' }], { shape: [13, 13] });
    expect(shape).toEqual([2, 13, 13]);
    const expected = nearest([1, 13, 13], [[6, 6, 0]]).map((d) => (d <= 5 ? 1 : 0));
    expect([...data.subarray(169)]).toEqual(expected);
    expect(data[169 + 6 * 13 + 11]).toBe(1);
    expect(data.subarray(0, 169).every((v) => v === 0)).toBe(true);
  });

  it.each([0, 1, 1.5, 3])('is balls of radius %d in a volume', (radius) => {
    const { data } = diskGuidance(clicks, { shape: volume, radius });
    const expected = nearest(volume, places).map((d) => (d <= radius ? 1 : 0));
    expect([...data.subarray(0, size)]).toEqual(expected);
  });

  it('clears the memory it is lent, and refuses a negative radius and a click outside', () => {
    const out = new Float32Array(32).fill(7);
    expect([...diskGuidance([], { shape: [4, 4], out }).data]).toEqual(new Array(32).fill(0));
    expect(() => diskGuidance([], { shape: [4, 4], radius: -1 })).toThrow(/radius -1/);
    expect(() => diskGuidance(clicks, { shape: [4, 4] })).toThrow(/x 9/);
  });
});

describe('distanceGuidance', () => {
  it('is the distance to the nearest click, and 255 everywhere without one, as Xu et al. have it', () => {
    const { data } = distanceGuidance(clicks, { shape: volume });
    expect([...data.subarray(0, size)]).toEqual(nearest(volume, places).map(Math.fround));
    expect(data.subarray(size).every((v) => v === 255)).toBe(true);
  });

  it('is cut at the truncation', () => {
    const { data } = distanceGuidance([{ x: 0, y: 0, label: 'foreground' }], { shape: [1, 400] });
    expect([...data.subarray(250, 260)]).toEqual([250, 251, 252, 253, 254, 255, 255, 255, 255, 255]);
    const cut = distanceGuidance(clicks, { shape: volume, truncate: 4 }).data.subarray(0, size);
    expect([...cut]).toEqual(nearest(volume, places).map((d) => Math.fround(Math.min(4, d))));
  });

  it('refuses a truncation that is not above 0', () => {
    expect(() => distanceGuidance([], { shape: [4, 4], truncate: 0 })).toThrow(/truncate 0/);
    expect(() => distanceGuidance([], { shape: [4, 4], truncate: Number.NaN })).toThrow(/NaN/);
  });
});
