import { seededRandom } from '@clickseg/simulate';
import { describe, expect, it } from 'vitest';
import { type LabelledSlice, sliceSet } from '../src/index.ts';

/** A slice whose pixel values name their place, with structure 1 at the left and 2 at the right. */
function ramp(group = 'a'): LabelledSlice {
  const [h, w] = [20, 30];
  const image = Float32Array.from({ length: h * w }, (_, i) => i);
  const labels = new Uint8Array(h * w);
  for (let y = 6; y < 11; y++) {
    for (let x = 3; x < 8; x++) labels[y * w + x] = 1;
    for (let x = 20; x < 25; x++) labels[y * w + x] = 2;
  }
  return { group, image, labels, shape: [h, w] };
}

const constant = (u: number) => () => u;

describe('sliceSet', () => {
  it('cuts the pixels around a structure unchanged where nothing is augmented', () => {
    // The box centre of structure 1 is (8, 5); a 5 x 5 crop is exactly the structure.
    const { image, target } = sliceSet([ramp()], { shape: [5, 5] }).draw(constant(0));
    expect([...target]).toEqual(new Array(25).fill(1));
    expect(image[0]).toBe(6 * 30 + 3);
    expect(image[24]).toBe(10 * 30 + 7);
  });

  it('fills what lies outside the slice with the mean, zero, and marks nothing there', () => {
    const { image, target } = sliceSet([ramp()], { shape: [31, 31] }).draw(constant(0));
    expect(image[0]).toBe(0);
    expect(target.reduce((a, b) => a + b, 0)).toBe(25);
  });

  it('mirrors image and target alike', () => {
    const set = sliceSet([ramp()], { shape: [5, 9], augmentation: { flip: true } });
    const plain = sliceSet([ramp()], { shape: [5, 9] }).draw(constant(0));
    const mirrored = set.draw(constant(0));
    const turn = <T extends ArrayLike<number>>(a: T) => Array.from(a).reverse();
    expect([...mirrored.image]).toEqual(turn(plain.image));
    expect([...mirrored.target]).toEqual(turn(plain.target));
  });

  it('zooms by the factor that it names', () => {
    const set = sliceSet([ramp()], { shape: [19, 19], augmentation: { zoom: 2 } });
    // The random stream 1, 1, ... draws the largest zoom: the 5 x 5 structure covers about 10 x 10 pixels.
    let calls = 0;
    const { target } = set.draw(() => (calls++ < 3 ? 0 : 1 - 1e-12));
    expect(target.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(81);
    expect(target.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(121);
  });

  it('draws groups by their weights and every label of a group alike', () => {
    const set = sliceSet([ramp('a'), ramp('b')], { shape: [5, 5], weights: { a: 0, b: 1 } });
    let seed = 3;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const lefts = Array.from({ length: 400 }, () => set.draw(random).image[0] === 6 * 30 + 3);
    expect(lefts.filter(Boolean).length).toBeGreaterThan(150);
    expect(lefts.filter(Boolean).length).toBeLessThan(250);
  });

  it('refuses shares that are none, before any work', () => {
    for (const share of [-0.1, 1.5, Number.NaN]) {
      for (const name of ['synthetic', 'united', 'parted']) {
        expect(() => sliceSet([ramp()], { shape: [5, 5], [name]: share })).toThrow(`${name} ${share}`);
      }
    }
  });

  it('leaves structures out that are smaller than asked, and says when none is left', () => {
    expect(() => sliceSet([ramp()], { shape: [5, 5], minArea: 26 })).toThrow(/none of 1 slices/);
    expect(() => sliceSet([], { shape: [5, 5] })).toThrow(/none of 0 slices/);
  });

  it('unites a structure with others of its slice, in one window', () => {
    const set = sliceSet([ramp()], { shape: [21, 30], united: 1 });
    for (const seed of [1, 2, 3]) {
      const { target } = set.draw(seededRandom(seed));
      // The middle of both is (8, 13.5), so that the crop begins two rows above and one column before the slice.
      const { labels } = ramp();
      const expected = Array.from({ length: 21 * 30 }, (_, k) => {
        const [y, x] = [Math.floor(k / 30) - 2, (k % 30) - 1];
        return y >= 0 && x >= 0 && labels[y * 30 + x] > 0 ? 1 : 0;
      });
      expect([...target]).toEqual(expected);
    }
    const alone = ramp();
    alone.labels.set(alone.labels.map((id) => (id === 2 ? 0 : id)));
    const { target } = sliceSet([alone], { shape: [5, 5], united: 1 }).draw(seededRandom(1));
    expect([...target]).toEqual(new Array(25).fill(1));
  });

  it('parts a structure along a line: what is left lies on one side of what is gone', () => {
    const set = sliceSet([ramp()], { shape: [5, 5], parted: 1 });
    const random = seededRandom(4);
    for (let round = 0; round < 20; round++) {
      const { target } = set.draw(random);
      // Some direction tells the two apart: brute force over angles.
      const apart = Array.from({ length: 720 }, (_, i) => (i * Math.PI) / 360).some((angle) => {
        const along = (k: number) => Math.sin(angle) * Math.floor(k / 5) + Math.cos(angle) * (k % 5);
        const of = (value: number) => [...target.keys()].filter((k) => target[k] === value).map(along);
        return Math.max(...of(1)) <= Math.min(...of(0)) + 1e-9;
      });
      expect(apart).toBe(true);
      expect(target).toContain(0);
    }
  });
});
